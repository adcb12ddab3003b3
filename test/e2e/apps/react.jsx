import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { App } from './react-app.jsx';

const root = document.getElementById('root');
const app = (
  <StrictMode>
    <App />
  </StrictMode>
);
const mounted = root.hasChildNodes() ? hydrateRoot(root, app) : createRoot(root);
if (!root.hasChildNodes()) mounted.render(app);
globalThis.unmount = () => mounted.unmount();

import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App } from './bindings-react-app.jsx';

hydrateRoot(
  document.getElementById('root'),
  <StrictMode>
    <App />
  </StrictMode>,
);

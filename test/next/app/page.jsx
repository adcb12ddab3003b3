import { Answer } from './answer.jsx';

export default function Page() {
  return (
    <main>
      <h1>An app</h1>
      <Answer />
    </main>
  );
}

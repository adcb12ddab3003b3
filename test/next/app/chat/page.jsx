import Link from 'next/link';
// A component of the server may use one of the client: `teleprinter/react` says "use client" itself.
import { Typewriter } from 'teleprinter/react';
import { Chat } from './chat.jsx';

export default function Page() {
  return (
    <main>
      <Link href="/">Away</Link>
      <Typewriter source="A text of the server." as="h1" />
      <Chat />
    </main>
  );
}

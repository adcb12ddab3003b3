export async function POST(request) {
  const question = await request.text();
  console.log(`asked: ${question}`);
  const events = [...`It is **${question}**.`].map((text) => `data: ${JSON.stringify({ text })}\n\n`);
  return new Response(`${events.join('')}event: end\ndata:\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  });
}

import { json } from 'node:stream/consumers';

// /funko/NAME/some/path?name=Ada arrives here as /some/path?name=Ada.
// request and response are those of node:http; a framework's app (Express, …) can be exported in its place.
export default async function (request, response) {
  const { searchParams } = new URL(`http://funko${request.url}`);
  const input = request.method === 'POST' ? await json(request) : {};
  const name = input.name ?? searchParams.get('name') ?? 'world';

  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ message: `${process.env.GREETING}, ${name}!` }) + '\n');
}

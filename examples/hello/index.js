// GET /funko/hello/?name=Ada → {"message":"Hello, Ada!"}
export default function (request, response) {
  const { searchParams } = new URL(`http://funko${request.url}`);
  const name = searchParams.get('name') ?? 'world';

  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ message: `${process.env.GREETING}, ${name}!` }) + '\n');
}

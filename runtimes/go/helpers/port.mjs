// The port that a program names in its code, for a funko.yml that is written.

const TEST = /_test\.go$/;
const NOT_SERVED = /(^|\/)(vendor|testdata|examples?|[._][^/]*)\//;
const READS_PORT = /\b(Getenv|LookupEnv)\("PORT"\)/;
/** `http.ListenAndServe(":8080", nil)`, `router.Run(":8080")`, `e.Start(":1323")`, `app.Listen(":3000")`, `Addr: ":8080"`. */
const LISTENS = /(?:ListenAndServe(?:TLS)?|\.Run|\.Start|\.Listen)\(\s*"(?:0\.0\.0\.0)?:(\d{2,5})"|\bAddr:\s*"(?:0\.0\.0\.0)?:(\d{2,5})"/g;

/** The only port in the code; empty if it is the usual one, if there is none or if there are several, and if the program reads PORT. */
export function portOf({ files, text }) {
  const own = files.filter((file) => file.endsWith('.go') && !TEST.test(file) && !NOT_SERVED.test(file));
  const texts = own.map((file) => text(file) ?? '');
  if (texts.some((code) => READS_PORT.test(code))) return '';
  const ports = new Set(texts.flatMap((code) => [...code.matchAll(LISTENS)].map(([, plain, named]) => plain ?? named)));
  const [first = ''] = ports;
  return ports.size === 1 && first !== '3000' ? first : '';
}

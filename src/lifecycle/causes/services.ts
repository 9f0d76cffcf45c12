/** Programs that can't reach another one, most often a database. */
import type { Cause } from './cause.ts';

const ITSELF =
  'In a container localhost is the container itself, and nothing listens there on port $1: give the program the name of the host where that runs, e.g. of a container on the network {network}.';
const SOCKET =
  'It looks for a database at a socket file of its own container, where none runs: give the program the name of the host where that runs, e.g. of a container on the network {network}.';
const UNKNOWN_HOST =
  'No host "$1" is known in its container. A container is known by its name on the network {network}: docker network connect {network} $1';
const SELF = String.raw`(?:localhost|127\.0\.0\.1|\[?::1\]?)`;
const HOST = String.raw`([A-Za-z0-9_][\w.-]*)`;

function itself(before: string, after: string): Cause {
  return { pattern: new RegExp(before + SELF + after, 'i'), help: ITSELF };
}

function unknownHost(before: string, after = ''): Cause {
  return { pattern: new RegExp(before + HOST + after), help: UNKNOWN_HOST };
}

export const SERVICES: readonly Cause[] = [
  itself('ECONNREFUSED ', String.raw`:(\d+)`),
  // libpq, and all that is built on it.
  itself('connection to server at "', String.raw`"(?: \([^)]*\))?, port (\d+) failed: Connection refused`),
  itself('dial tcp ', String.raw`:(\d+): connect: connection refused`),
  itself('Error 111 connecting to ', String.raw`:(\d+)`),
  itself("Can't connect to MySQL server on '", String.raw`(?::(\d+))?'`),
  itself('Connection to ', String.raw`:(\d+) refused`),
  itself('Connection refused - connect\\(2\\) for "?', String.raw`"?(?: port |:)(\d+)`),
  itself('', String.raw`["']?[: ](?:port )?(\d+)\b.*(?:Connection refused|ECONNREFUSED)`),
  itself('(?:Connection refused|ECONNREFUSED).*', String.raw`["']?[: ]\(?(?:port )?(\d+)`),
  {
    pattern: /connection to server on socket "|through socket '|SQLSTATE\[HY000\] \[2002\] No such file/,
    help: SOCKET,
  },
  {
    pattern: /SQLSTATE\[HY000\] \[2002\] Connection refused/,
    help: 'Nothing accepts connections where the program looks for its database. In a container localhost and 127.0.0.1 are the container itself: give it the name of the host, e.g. of a container on the network {network}.',
  },
  unknownHost('getaddrinfo (?:ENOTFOUND|EAI_AGAIN) '),
  unknownHost('could not translate host name "', '" to address'),
  unknownHost('lookup ', String.raw`(?: on [\d.:]+)?: (?:no such host|server misbehaving)`),
  unknownHost('getaddrinfo for ', ' failed'),
  unknownHost('UnknownHostException: '),
  unknownHost("Unknown MySQL server host '", "'"),
  unknownHost('Error -[235] connecting to ', ':'),
  unknownHost('Failed to resolve .?', "'? ?\\(\\[Errno -[235]\\]"),
  unknownHost('getaddrinfo\\(3\\)?:? .*host[= ]', ''),
  {
    pattern:
      /failed to lookup address information|Name or service not known|Temporary failure in name resolution/,
    help: 'The name of a host that it connects to is not known in its container. A container is known by its name on the network {network}: docker network connect {network} CONTAINER',
  },
  {
    pattern:
      /(?:ECONNREFUSED |dial tcp |Connection to )\[?([\w.:-]+?)\]?:(\d+)(?:: connect: connection refused| refused|\b)/,
    help: 'Nothing accepts connections on $1:$2: the program there must run, and listen on more than its own 127.0.0.1.',
  },
  {
    pattern: /connection to server at "([^"]+)"(?: \([^)]*\))?, port (\d+) failed: Connection refused/,
    help: 'Nothing accepts connections on $1:$2: the program there must run, and listen on more than its own 127.0.0.1.',
  },
  {
    pattern: /(?:password authentication failed for user|Access denied for user) ["']([^"']+)["']/,
    help: 'The database refuses the user "$1": its password in the funko’s settings (faaso env, faaso secret) is not that of the database.',
  },
  {
    pattern: /database "([^"]+)" does not exist|Unknown database '([^']+)'/,
    help: 'The database server has no database "$1$2": create it there, or name another one.',
  },
  {
    pattern: /relation "([^"]+)" does not exist|no such table: (\S+)|Migrations are pending/,
    help: 'The database lacks a table that the program asks for: its migrations have to run before it starts.',
  },
  {
    pattern: /ConnectionRefusedError|[Cc]onnection refused/,
    help: 'Another program that it connects to refuses. In a container localhost and 127.0.0.1 are the container itself: give it the name of the host where that runs, e.g. of a container on the network {network}.',
  },
];

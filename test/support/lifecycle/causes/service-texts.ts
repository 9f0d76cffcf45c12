/** Of programs that can’t reach another one. */
import type { Text } from './text.ts';

export const SERVICE_TEXTS: readonly Text[] = [
  {
    what: 'a database on localhost, from Node.js',
    log: `Error: connect ECONNREFUSED 127.0.0.1:5432
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:2021:16) {
  code: 'ECONNREFUSED',
  port: 5432
}`,
    help: /localhost is the container itself.*port 5432:.*network test-net/,
  },
  {
    what: 'a database on localhost, as Node.js tells it of both addresses',
    log: 'AggregateError [ECONNREFUSED]:\n  [errors]: [\n    Error: connect ECONNREFUSED ::1:6379\n        at createConnectionError (node:net:1678:14) {',
    help: /port 6379/,
  },
  {
    what: 'PostgreSQL on localhost, from Python',
    log: `psycopg2.OperationalError: connection to server at "localhost" (::1), port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?
The above exception was the direct cause of the following exception:
django.db.utils.OperationalError: connection to server at "localhost" (::1), port 5432 failed: Connection refused`,
    help: /port 5432/,
  },
  {
    what: 'PostgreSQL at its socket',
    log: 'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory',
    help: /socket file of its own container/,
  },
  {
    what: 'Redis on localhost, from Python',
    log: 'redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.',
    help: /port 6379/,
  },
  {
    what: 'MySQL on localhost, from Python',
    log: `pymysql.err.OperationalError: (2003, "Can't connect to MySQL server on 'localhost' ([Errno 111] Connection refused)")`,
    help: /localhost/,
  },
  {
    what: 'a database on localhost, from Go',
    log: '2026/12/01 10:00:00 dial tcp 127.0.0.1:5432: connect: connection refused',
    help: /port 5432/,
  },
  {
    what: 'a database on localhost, from Ruby',
    log: 'Connection refused - connect(2) for "127.0.0.1" port 3306 (Errno::ECONNREFUSED)',
    help: /port 3306/,
  },
  {
    what: 'a database on localhost, from Java',
    log: 'org.postgresql.util.PSQLException: Connection to localhost:5432 refused. Check that the hostname and port are correct',
    help: /port 5432/,
  },
  {
    what: 'a database on localhost, from PHP',
    log: 'PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /funko/index.php:3',
    help: /localhost and 127\.0\.0\.1 are the container itself/,
  },
  {
    what: 'MongoDB on localhost',
    log: 'pymongo.errors.ServerSelectionTimeoutError: localhost:27017: [Errno 111] Connection refused (configured timeouts: …)',
    help: /port 27017/,
  },
  {
    what: 'a refusal without an address',
    log: 'ConnectionRefusedError: [Errno 111] Connection refused',
    help: /are the container itself/,
  },
  {
    what: 'a database elsewhere that refuses',
    log: 'Error: connect ECONNREFUSED 172.18.0.9:5432',
    help: /Nothing accepts connections on 172\.18\.0\.9:5432/,
  },
  {
    what: 'an unknown host, from Node.js',
    log: 'Error: getaddrinfo ENOTFOUND db\n    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:123:26)',
    help: /No host "db".*docker network connect test-net db$/,
  },
  {
    what: 'an unknown host, from PostgreSQL’s library',
    log: 'OperationalError: could not translate host name "db" to address: Name or service not known',
    help: /No host "db"/,
  },
  {
    what: 'an unknown host, from Go',
    log: 'dial tcp: lookup db on 127.0.0.11:53: no such host',
    help: /No host "db"/,
  },
  {
    what: 'an unknown host, from PHP',
    log: 'PDO::__construct(): php_network_getaddresses: getaddrinfo for db failed: Name or service not known',
    help: /No host "db"/,
  },
  { what: 'an unknown host, from Java', log: 'java.net.UnknownHostException: db', help: /No host "db"/ },
  {
    what: 'an unknown host, from redis',
    log: 'redis.exceptions.ConnectionError: Error -2 connecting to cache:6379. Name or service not known.',
    help: /No host "cache"/,
  },
  {
    what: 'an unknown host without its name',
    log: 'socket.gaierror: [Errno -2] Name or service not known',
    help: /The name of a host/,
  },
  {
    what: 'a wrong password',
    log: 'FATAL:  password authentication failed for user "shop"',
    help: /refuses the user "shop"/,
  },
  {
    what: 'a database that was not created',
    log: 'FATAL:  database "shop" does not exist',
    help: /no database "shop"/,
  },
  {
    what: 'migrations that did not run',
    log: 'sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) no such table: users',
    help: /migrations/,
  },
];

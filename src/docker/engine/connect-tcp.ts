/** A client of the relay, led to an engine on a TCP port, with TLS or without. */
import { connect, isIP, type Socket } from 'node:net';
import { messageOf } from '../../errors.ts';
import type { TcpEndpoint, TlsFiles, FarEnd } from './endpoint.ts';

/** Leads the client there. @returns breaks the connection off */
export function connectTcp(endpoint: TcpEndpoint, client: Socket, end: FarEnd): () => void {
  let failure: string | undefined;
  const engine = dial(endpoint);
  engine.unref();
  engine.setNoDelay(true);
  engine.once('data', () => {
    end.onFirstByte();
  });
  engine.on('error', (error) => {
    failure = messageOf(error);
    engine.destroy();
  });
  engine.once('close', () => {
    end.onEnd(failure);
  });
  client.pipe(engine);
  engine.pipe(client);
  return () => void engine.destroy();
}

function dial({ host, port, tls }: TcpEndpoint): Socket {
  const place = { host, port, allowHalfOpen: true };
  return tls === undefined ? connect(place) : dialTls(place, tls);
}

/** TLS is loaded when it is needed: that takes time, and most commands know none. */
function dialTls(
  place: { readonly host: string; readonly port: number; readonly allowHalfOpen: boolean },
  { verify, ...files }: TlsFiles,
): Socket {
  const { connect: connectTls } = process.getBuiltinModule('node:tls');
  const name = isIP(place.host) === 0 ? { servername: place.host } : {};
  return connectTls({ ...place, ...files, ...name, rejectUnauthorized: verify });
}

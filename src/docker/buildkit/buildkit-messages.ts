/** What is said to BuildKit and what it answers: protobufs, the fields that we use. */
import protobuf from 'protobufjs';

/**
 * As in BuildKit's api/services/control/control.proto, session/upload/upload.proto and session/secrets/secrets.proto, and
 * google/rpc/status.proto. A secret's answer has the form of BytesMessage.
 */
const { root: MESSAGES } = protobuf.parse(`syntax = "proto3";
  message SolveRequest {
    string ref = 1;
    string exporter = 3;
    string session = 5;
    string frontend = 6;
    map<string, string> frontendAttrs = 7;
  }
  message SolveResponse { map<string, string> exporter = 1; }
  message StatusRequest { string ref = 1; }
  message BytesMessage { bytes data = 1; }
  message GetSecretRequest { string id = 1; }
  message Any { string typeUrl = 1; bytes value = 2; }
  message Status { repeated Any details = 3; }
`);

/** Field 1, of a length that follows. */
const DATA_TAG = (1 << 3) | 2;

export interface SolveRequest {
  /** By which the build is known. */
  readonly ref: string;
  /** `moby`: an image in the engine. */
  readonly exporter: string;
  readonly session: string;
  readonly frontend: string;
  readonly frontendAttrs: Readonly<Record<string, string>>;
}

const types = {
  solveRequest: MESSAGES.lookupType('SolveRequest'),
  solveResponse: MESSAGES.lookupType('SolveResponse'),
  statusRequest: MESSAGES.lookupType('StatusRequest'),
  bytes: MESSAGES.lookupType('BytesMessage'),
  status: MESSAGES.lookupType('Status'),
  getSecret: MESSAGES.lookupType('GetSecretRequest'),
};

export function encodeSolve(request: SolveRequest): Uint8Array {
  return types.solveRequest.encode(request).finish();
}

export function encodeStatusRequest(ref: string): Uint8Array {
  return types.statusRequest.encode({ ref }).finish();
}

export function encodeBytes(data: Uint8Array): Uint8Array {
  return types.bytes.encode({ data }).finish();
}

/** What `encodeBytes` puts before the bytes: a sender of many bytes need not copy them. */
export function bytesHead(length: number): Uint8Array {
  return protobuf.Writer.create().uint32(DATA_TAG).uint32(length).finish();
}

/** The ID of the secret that a step asks for. */
export function secretIdOf(request: Uint8Array): string {
  return (types.getSecret.decode(request) as unknown as { readonly id: string }).id;
}

/** The image's ID in the answer to a build; undefined if it has none. */
export function imageIdOf(answer: Uint8Array): string | undefined {
  const { exporter } = types.solveResponse.toObject(types.solveResponse.decode(answer), {
    objects: true,
  }) as {
    exporter: Record<string, string>;
  };
  return exporter['containerimage.digest'];
}

interface BuildkitSource {
  readonly info?: { readonly filename?: string };
  readonly ranges?: readonly { readonly start?: { readonly line?: number } }[];
}

/** Where in the Dockerfile an error comes from, as `Dockerfile:3`; undefined if BuildKit does not say. */
export function placeOf(details: Uint8Array): string | undefined {
  try {
    const status = types.status.toObject(types.status.decode(details), { arrays: true, defaults: true }) as {
      details: { typeUrl: string; value: Uint8Array }[];
    };
    const found = status.details.find(({ typeUrl }) => typeUrl.endsWith('errdefs.Source+json'));
    if (!found) return undefined;
    const { info, ranges } = JSON.parse(Buffer.from(found.value).toString('utf8')) as BuildkitSource;
    const line = ranges?.[0]?.start?.line;
    return line === undefined ? undefined : `${info?.filename ?? 'Dockerfile'}:${line}`;
  } catch {
    // It is only a help.
    return undefined;
  }
}

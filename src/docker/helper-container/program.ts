/**
 * The program of the helper container (helper.ts): a loop of "read a frame, make the system call that it describes, write the frame
 * back with the result". What is to be done in a volume is decided in TypeScript, call by call; so this is all the machine
 * code there is, it needs no libraries, and no image has to be at hand that holds a shell or a Node.js. Pure.
 *
 * A frame is FRAME_BYTES long and lies at FRAME_ADDRESS: the call's number (then its result) and its five arguments, of 8
 * bytes each, and from PAYLOAD_AT on whatever the arguments point at. At the end of its input the program ends.
 */
import { FaasoError } from '../../errors.ts';

export const FRAME_BYTES = 4096;
export const FRAME_ADDRESS = 0x80_0000;
export const PAYLOAD_AT = 64;

const CODE_ADDRESS = 0x40_0000;
/** The largest page of any kernel for these processors. */
const ALIGNMENT = 0x1_0000;
const ELF_HEAD_BYTES = 64;
const ELF_SEGMENT_BYTES = 56;

/** The kernel's numbers of the calls that are made. */
export interface CallNumbers {
  readonly read: number;
  readonly kill: number;
  readonly openat: number;
  readonly close: number;
  readonly write: number;
  readonly fsync: number;
  readonly renameat: number;
  readonly unlinkat: number;
  readonly getdents64: number;
}

export interface Program {
  /** The executable file, ELF. */
  readonly file: Buffer;
  readonly calls: CallNumbers;
}

interface Processor {
  /** ELF's number for it. */
  readonly machine: number;
  readonly calls: CallNumbers;
  /** Machine code in hex, an instruction a line. */
  readonly code: string;
}

const X86_64: Processor = {
  machine: 62,
  calls: {
    ...{ openat: 257, close: 3, read: 0, write: 1, fsync: 74 },
    ...{ renameat: 264, unlinkat: 263, getdents64: 217, kill: 62 },
  },
  code: `
    bb 00 00 80 00       start: mov ebx, FRAME_ADDRESS
    41 bc 00 10 00 00           mov r12d, FRAME_BYTES
    31 c0                read:  xor eax, eax            # read
    31 ff                       xor edi, edi            # from stdin
    48 89 de                    mov rsi, rbx
    4c 89 e2                    mov rdx, r12
    0f 05                       syscall
    48 85 c0                    test rax, rax
    7e 50                       jle exit
    48 01 c3                    add rbx, rax
    49 29 c4                    sub r12, rax
    75 e7                       jnz read
    bb 00 00 80 00              mov ebx, FRAME_ADDRESS
    48 8b 03                    mov rax, [rbx]
    48 8b 7b 08                 mov rdi, [rbx+8]
    48 8b 73 10                 mov rsi, [rbx+16]
    48 8b 53 18                 mov rdx, [rbx+24]
    4c 8b 53 20                 mov r10, [rbx+32]
    4c 8b 43 28                 mov r8, [rbx+40]
    0f 05                       syscall
    48 89 03                    mov [rbx], rax
    41 bc 00 10 00 00           mov r12d, FRAME_BYTES
    b8 01 00 00 00       write: mov eax, 1              # write
    bf 01 00 00 00              mov edi, 1              # to stdout
    48 89 de                    mov rsi, rbx
    4c 89 e2                    mov rdx, r12
    0f 05                       syscall
    48 85 c0                    test rax, rax
    7e 0a                       jle exit
    48 01 c3                    add rbx, rax
    49 29 c4                    sub r12, rax
    75 e1                       jnz write
    eb 94                       jmp start
    b8 3c 00 00 00       exit:  mov eax, 60             # exit
    31 ff                       xor edi, edi
    0f 05                       syscall`,
};

const AARCH64: Processor = {
  machine: 183,
  calls: {
    ...{ openat: 56, close: 57, read: 63, write: 64, fsync: 82 },
    ...{ renameat: 38, unlinkat: 35, getdents64: 61, kill: 129 },
  },
  code: `
    13 10 a0 d2          start: movz x19, FRAME_ADDRESS >> 16, lsl 16
    14 00 82 d2                 movz x20, FRAME_BYTES
    e8 07 80 d2          read:  movz x8, 63             # read
    00 00 80 d2                 movz x0, 0              # from stdin
    e1 03 13 aa                 mov x1, x19
    e2 03 14 aa                 mov x2, x20
    01 00 00 d4                 svc 0
    1f 00 00 f1                 cmp x0, 0
    ed 02 00 54                 b.le exit
    73 02 00 8b                 add x19, x19, x0
    94 02 00 eb                 subs x20, x20, x0
    e1 fe ff 54                 b.ne read
    13 10 a0 d2                 movz x19, FRAME_ADDRESS >> 16, lsl 16
    68 02 40 f9                 ldr x8, [x19]
    60 86 40 a9                 ldp x0, x1, [x19, 8]
    62 8e 41 a9                 ldp x2, x3, [x19, 24]
    64 16 40 f9                 ldr x4, [x19, 40]
    01 00 00 d4                 svc 0
    60 02 00 f9                 str x0, [x19]
    14 00 82 d2                 movz x20, FRAME_BYTES
    08 08 80 d2          write: movz x8, 64             # write
    20 00 80 d2                 movz x0, 1              # to stdout
    e1 03 13 aa                 mov x1, x19
    e2 03 14 aa                 mov x2, x20
    01 00 00 d4                 svc 0
    1f 00 00 f1                 cmp x0, 0
    ad 00 00 54                 b.le exit
    73 02 00 8b                 add x19, x19, x0
    94 02 00 eb                 subs x20, x20, x0
    e1 fe ff 54                 b.ne write
    e2 ff ff 17                 b start
    a8 0b 80 d2          exit:  movz x8, 93             # exit
    00 00 80 d2                 movz x0, 0
    01 00 00 d4                 svc 0`,
};

/** By the names that the engine has for processors. */
const PROCESSORS: Readonly<Record<string, Processor>> = { amd64: X86_64, arm64: AARCH64 };

/** The program for an engine's processor, as the engine names it. Throws `engine_failed` for one that has none. */
export function programFor(processor: string): Program {
  const known = PROCESSORS[processor];
  if (known) return { file: fileOf(known), calls: known.calls };
  const allowed = Object.keys(PROCESSORS).join(', ');
  const message = `The engine runs on "${processor}"; FaaSO can write into volumes on: ${allowed}.`;
  throw new FaasoError('engine_failed', message);
}

/** Two segments: the code, which can't be written to, and the frame, which can't be run. */
function fileOf({ machine, code }: Processor): Buffer {
  const instructions = bytesOf(code);
  const headBytes = ELF_HEAD_BYTES + 2 * ELF_SEGMENT_BYTES;
  const size = headBytes + instructions.length;
  return Buffer.concat([
    elfHead(machine, CODE_ADDRESS + headBytes),
    segment({ flags: 5, address: CODE_ADDRESS, fileBytes: size, bytes: size }),
    segment({ flags: 6, address: FRAME_ADDRESS, fileBytes: 0, bytes: FRAME_BYTES }),
    instructions,
  ]);
}

function bytesOf(code: string): Buffer {
  const lines = code.split('\n').map((line) => /^ *((?:[0-9a-f]{2} )+)/.exec(line)?.[1] ?? '');
  return Buffer.from(lines.join('').replaceAll(' ', ''), 'hex');
}

/** An executable for Linux of 64 bits, least byte first, without sections (ELF-64, figure 3). */
function elfHead(machine: number, entry: number): Buffer {
  const head = Buffer.alloc(ELF_HEAD_BYTES);
  head.write('7f454c46020101', 'hex');
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(machine, 18);
  head.writeUInt32LE(1, 20);
  head.writeBigUInt64LE(BigInt(entry), 24);
  head.writeBigUInt64LE(BigInt(ELF_HEAD_BYTES), 32);
  head.writeUInt16LE(ELF_HEAD_BYTES, 52);
  head.writeUInt16LE(ELF_SEGMENT_BYTES, 54);
  head.writeUInt16LE(2, 56);
  return head;
}

interface Segment {
  /** 1: can be run, 2: can be written to, 4: can be read. */
  readonly flags: number;
  readonly address: number;
  readonly fileBytes: number;
  readonly bytes: number;
}

function segment({ flags, address, fileBytes, bytes }: Segment): Buffer {
  const head = Buffer.alloc(ELF_SEGMENT_BYTES);
  head.writeUInt32LE(1, 0);
  head.writeUInt32LE(flags, 4);
  // Offset 0: the code's segment holds the heads too, the frame's has no bytes in the file.
  [0, address, address, fileBytes, bytes, ALIGNMENT].forEach((value, index) => {
    head.writeBigUInt64LE(BigInt(value), 8 + 8 * index);
  });
  return head;
}

/** What can come next on a command line, told from commander's own tree, so that it is never behind the commands. */
import type { Command, Option } from 'commander';

/** A word that can come next, and what it is for. */
export interface Candidate {
  readonly word: string;
  readonly help: string;
}

/** Words, or what a place takes whose words are found elsewhere: by the name of an argument or of an option's value. */
export type Next = { readonly candidates: readonly Candidate[] } | { readonly kind: string };

/**
 * What can come next.
 * @param words those after the program's name; the last one is what is begun, and may be empty
 */
export function nextOf(program: Command, words: readonly string[]): Next {
  const begun = words.at(-1) ?? '';
  const { command, positionals, pending, ended } = placeOf(program, words.slice(0, -1));
  if (pending) return valueOf(pending);
  if (begun.startsWith('-') && !ended) return { candidates: optionsOf(command) };
  if (command.commands.length > 0 && positionals === 0) {
    const commands = command.createHelp().visibleCommands(command);
    return { candidates: commands.map((each) => ({ word: each.name(), help: each.summary() })) };
  }
  const all = command.registeredArguments;
  const argument = all[positionals] ?? (all.at(-1)?.variadic === true ? all.at(-1) : undefined);
  if (!argument) return { candidates: [] };
  return argument.argChoices
    ? { candidates: argument.argChoices.map((word) => ({ word, help: '' })) }
    : { kind: argument.name() };
}

interface CompletionPoint {
  readonly command: Command;
  readonly positionals: number;
  /** An option that waits for its value. */
  readonly pending: Option | undefined;
  /** After `--`. */
  readonly ended: boolean;
}

function placeOf(program: Command, words: readonly string[]): CompletionPoint {
  let place: CompletionPoint = { command: program, positionals: 0, pending: undefined, ended: false };
  for (const word of words) place = after(place, word);
  return place;
}

function after(place: CompletionPoint, word: string): CompletionPoint {
  if (place.pending) return { ...place, pending: undefined };
  if (word === '--') return { ...place, ended: true };
  if (word.startsWith('-') && !place.ended) {
    const option = place.command.options.find(({ long, short }) => long === word || short === word);
    return { ...place, pending: option?.required === true ? option : undefined };
  }
  const below =
    place.positionals === 0 ? place.command.commands.find((each) => each.name() === word) : undefined;
  return below ? { ...place, command: below } : { ...place, positionals: place.positionals + 1 };
}

function valueOf(option: Option): Next {
  if (option.argChoices) return { candidates: option.argChoices.map((word) => ({ word, help: '' })) };
  return { kind: /<([^>]+)>/.exec(option.flags)?.[1] ?? '' };
}

function optionsOf(command: Command): Candidate[] {
  const all = command.createHelp().visibleOptions(command);
  return all.map(({ long, short, description: help }) => ({ word: long ?? short ?? '', help }));
}

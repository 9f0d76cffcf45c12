/** What a text says as JSON; an empty mapping if it is none, or not there: files of others may be no JSON at all, as in tests of a tool. */
export function parsedJson(text = '{}') {
  try {
    return Object(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return {};
  }
}

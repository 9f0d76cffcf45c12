// What Dockerfile.ejs needs to know of a funko: what builds it, with which Java, and what starts it.

/** Words that no shell has to read. */
const PLAIN = /^[\w@%+=:,./ -]+$/;
const GRADLE = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'];
const DEFAULT_VERSION = 21;
const NEWEST_VERSION = 25;
/** Java SE, and what frameworks and servers use beside. */
const MODULES = [
  'java.se',
  ...['jdk.crypto.ec', 'jdk.httpserver', 'jdk.jfr', 'jdk.management', 'jdk.naming.dns', 'jdk.net', 'jdk.unsupported', 'jdk.zipfs'],
];
/** Where pom.xml, build.gradle and version files say which Java they mean. */
const VERSIONS =
  /(?:<(?:maven\.compiler\.(?:release|source|target)|java\.version|release)>|JavaLanguageVersion\.of\(|JavaVersion\.VERSION_|sourceCompatibility\s*=\s*['"]?|^java=)(\d+)/gm;

const READS_PORT = /\bgetenv\(\s*"PORT"|\bgetOrDefault\("PORT"/;
/** `new InetSocketAddress(8080)`, `app.start(7070)`, `port(4567)`. */
const LISTENS = /(?:\bInetSocketAddress\(\s*(?:"0\.0\.0\.0",\s*)?|\.start\(\s*|^\s*port\(\s*)(\d{2,5})\b/gm;

export default function helpers(data) {
  return { port: () => portOf(data), kind: () => kindOf(data), java: () => javaOf(data), needed: () => neededFor(data), words: () => wordsOf(data) };
}

/** `maven`, `gradle`, `sources` or `jar`. */
function kindOf({ files, has, options, fail }) {
  if (has('pom.xml')) return 'maven';
  if (GRADLE.some(has)) {
    if (has('gradlew') || options.build !== '') return 'gradle';
    fail('the Gradle project has no ./gradlew, and Debian\'s Gradle is too old for Java 21; make one with "gradle wrapper"');
  }
  if (options.jar !== '') return 'jar';
  return files.some((file) => isSource(file)) ? 'sources' : 'jar';
}

function isSource(file) {
  return file.endsWith('.java') && !file.startsWith('.runtime/');
}

/** What is missing in a folder that has nothing to build or run; nothing if it has. */
function neededFor({ files, has, options }) {
  if (options.jar !== '' && !has('pom.xml') && !GRADLE.some(has)) return options.jar;
  const isThere = files.some((file) => isSource(file) || /(^|\/)[^/]+\.[jw]ar$/.test(file));
  return isThere || has('pom.xml') || GRADLE.some(has) ? '' : 'Main.java';
}

/** `version`: that of Debian's packages; `modules`: of the JDK, in the image. */
function javaOf(data) {
  const { options } = data;
  const version = options.version === '' ? guessedVersion(data) : Number(options.version);
  return { version, modules: [...MODULES, ...options.java_modules].join(',') };
}

function guessedVersion({ text, warn }) {
  const texts = ['pom.xml', ...GRADLE, '.sdkmanrc'].map((file) => text(file) ?? '');
  const plain = /^\s*(?:\w+-)?(\d+)/.exec(text('.java-version') ?? '')?.[1];
  const asked = [...texts.flatMap((one) => [...one.matchAll(VERSIONS)].map(([, version]) => version)), plain ?? '0'].map(Number);
  const wanted = Math.max(...asked);
  if (wanted > NEWEST_VERSION) warn(`the project asks for Java ${wanted}; the newest of Debian is ${NEWEST_VERSION}, which is taken`);
  return wanted > DEFAULT_VERSION ? NEWEST_VERSION : DEFAULT_VERSION;
}

/** The only port in the code, for a funko.yml that is written; empty if it is the usual one, and if the program reads PORT. */
function portOf({ files, text }) {
  const texts = files.filter((file) => isSource(file) && !/(^|\/)test\//.test(file)).map((file) => text(file) ?? '');
  if (texts.some((code) => READS_PORT.test(code))) return '';
  const ports = new Set(texts.flatMap((code) => [...code.matchAll(LISTENS)].map(([, port]) => port)));
  const [first = ''] = ports;
  return ports.size === 1 && first !== '3000' ? first : '';
}

/** The image's command. An image without Debian has no shell. */
function wordsOf({ options, command, fail }) {
  const { start, ship_packages, java_options } = options;
  if (start.length === 0) return ['java', '@/opt/funko/jvm.args', ...java_options, '@/opt/funko/java.args'];
  if (typeof start !== 'string' || ship_packages.length > 0) return command(start);
  if (PLAIN.test(start)) return start.trim().split(/ +/);
  return fail(
    `funko.yml: options.start is ${JSON.stringify(start)}, which needs a shell, and the image has none; name a Debian package in ` +
      'options.ship_packages, e.g. dash, or give a list of a program and its arguments',
  );
}

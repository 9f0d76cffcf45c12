/** What the runtime `java` builds with, which Java it takes, and what it starts. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtWith } from '../../support/builder/contexts.ts';

/** What .runtime/build.sh is given. */
async function built(files: Record<string, string>, options = ''): Promise<string> {
  const { text } = await builtWith('java', files, options);
  return /build\.sh \/image (.*)/.exec(text)?.[1] ?? '';
}

async function versionOf(files: Record<string, string>, options = ''): Promise<string> {
  const { text } = await builtWith('java', files, options);
  return /openjdk-(\d+)-jdk-headless/.exec(text)?.[1] ?? '';
}

const pom = (properties: string): Record<string, string> => ({
  'pom.xml': `<project>${properties}</project>`,
});

it('builds by what lies in the folder', async () => {
  assert.equal(await built({ 'Main.java': '' }), "sources '' '' . '' false");
  assert.equal(await built({ ...pom(''), 'src/main/java/Main.java': '' }), "maven '' '' . '' false");
  assert.equal(await built({ 'build.gradle.kts': '', gradlew: '' }), "gradle '' '' . '' false");
  assert.equal(await built({ 'shop.jar': '' }), "jar '' '' . '' false");
  const options =
    'options: { main: a.B, jar: target/b.jar, module: web, build: make jar, devel_packages: [libgoogle-gson-java] }\n';
  assert.equal(await built(pom(''), options), "maven 'a.B' 'target/b.jar' web 'make jar' true");
});

it('hands options to the build as they are: no shell before it replaces anything in them', async () => {
  const nested = 'options: { main: "shop.Main$Web" }\n';
  assert.equal(await built({ 'Main.java': '' }, nested), "sources 'shop.Main$Web' '' . '' false");
  const loop = `options:\n  build: for m in a 'b c'; do ./mvnw -pl "$m" package; done\n`;
  const quoted = String.raw`'for m in a '\''b c'\''; do ./mvnw -pl "$m" package; done'`;
  assert.equal(await built(pom(''), loop), `maven '' '' . ${quoted} false`);
});

it('refuses a folder without code, and Gradle without its wrapper', async () => {
  await assert.rejects(built({ 'README.txt': '' }), /needs the file Main\.java/);
  await assert.rejects(built({}, 'options: { jar: a.jar }\n'), /needs the file a\.jar/);
  await assert.rejects(built({ 'build.gradle': '' }), /has no \.\/gradlew, .*make one with "gradle wrapper"/);
});

it('takes the version of Java that the project asks for', async () => {
  assert.equal(await versionOf({ 'Main.java': '' }), '21');
  assert.equal(await versionOf(pom('<maven.compiler.release>17</maven.compiler.release>')), '21');
  assert.equal(await versionOf(pom('<java.version>25</java.version>')), '25');
  assert.equal(await versionOf({ 'Main.java': '', '.java-version': 'temurin-23.0.1\n' }), '25');
  const gradle = {
    'build.gradle': 'java { toolchain { languageVersion = JavaLanguageVersion.of(24) } }',
    gradlew: '',
  };
  assert.equal(await versionOf(gradle), '25');
  assert.equal(await versionOf(gradle, "options: { version: '21' }\n"), '21');
  const { warnings } = await builtWith('java', pom('<release>27</release>'));
  assert.match(warnings.join(), /asks for Java 27; the newest of Debian is 25/);
});

it('starts the program with the options that funko.yml names, which go before those of the runtime', async () => {
  const { text } = await builtWith('java', { 'Main.java': '' }, 'options: { java_options: [-Xmx100m] }\n');
  assert.match(text, /CMD \["java","@\/opt\/funko\/jvm\.args","-Xmx100m","@\/opt\/funko\/java\.args"\]/);
});

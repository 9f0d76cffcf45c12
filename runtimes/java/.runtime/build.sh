#!/bin/sh
# Builds the funko: build.sh IMAGE KIND MAIN JAR MODULE COMMAND IS_DEBIAN. KIND is sources, maven, gradle or jar; the others are the funko's options.
# The folder IMAGE gets all that the image must hold beside Java itself.
set -eu

image=$1
kind=$2
main=$3
jar=$4
module=$5
command=$6
debian=$7
place=/opt/funko
# For tools that run for a second.
quick='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'
target=$image$place
built=/tmp/built
mkdir -p "$target" "$built/dependency"

# Jars that packages brought or that lie in the folder; each once, whatever links there are.
libraries() {
  find . -path './.*' -prune -o -name '*.jar' -print
  [ ! -d /usr/share/java ] || find /usr/share/java -name '*.jar' -type f
}

compile_sources() {
  libraries | while read -r library; do cp "$library" "$built/dependency/"; done
  find . \( -path './.*' -o -path ./src/test -o -path ./test \) -prune -o -name '*.java' -print > /tmp/sources
  javac $(echo "$quick" | sed 's/-XX/-J-XX/g') -encoding UTF-8 -parameters -cp "$built/dependency/*" -d "$built/classes" @/tmp/sources
  for resources in src/main/resources resources; do
    [ ! -d "$resources" ] || cp -r "$resources/." "$built/classes/"
  done
}

with_maven() {
  dependency=org.apache.maven.plugins:maven-dependency-plugin
  set -- --batch-mode --no-transfer-progress -Dmaven.test.skip=true -DincludeScope=runtime
  if [ "$debian" = true ]; then
    echo '<settings><localRepository>/usr/share/maven-repo</localRepository></settings>' > /tmp/settings.xml
    set -- "$@" --offline --settings /tmp/settings.xml
    # Without an index Maven must be told which version there is.
    dependency=$dependency:$(cd "/usr/share/maven-repo/$(echo $dependency | tr .: //)" && ls -d [0-9]* | tail -n 1)
  fi
  [ "$module" = . ] || set -- "$@" --projects "$module" --also-make
  mvn "$@" package "$dependency:copy-dependencies"
}

with_gradle() {
  chmod +x gradlew
  ./gradlew --no-daemon --console plain assemble
  scripts=$(ls "$module"/build.gradle "$module"/build.gradle.kts 2> /dev/null || true)
  # The plugin "application" puts the jars that a program needs into a folder.
  if [ -n "$scripts" ] && grep -q "id[ (]*['\"]application['\"]\|^ *application *\$\|plugin: *['\"]application" $scripts; then
    ./gradlew --no-daemon --console plain installDist
  fi
}

case $kind in
  sources) compile_sources; folders=$built ;;
  maven) folders=$module/target ;;
  gradle) folders="$module/build/libs $module/build" ;;
  jar) folders=. ;;
esac
if [ -n "$command" ]; then
  sh -c "$command"
elif [ "$kind" = maven ] || [ "$kind" = gradle ]; then
  "with_$kind"
fi

java $quick -cp /opt/pack Pack "$target" "$place" "$main" "$jar" $folders
if [ -d "$target/classes.d" ]; then
  jar $(echo "$quick" | sed 's/-XX/-J-XX/g') --create --file "$target/app.jar" -C "$target/classes.d" .
  rm -r "$target/classes.d"
fi
cp /opt/serve.jar "$target/"
printf '%s\n' -XX:MaxRAMPercentage=65 -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData -Duser.home=/tmp > "$target/jvm.args"

# The program's classes, too, are mapped into memory at the start. The archive belongs to exactly this class path.
ln -s "$target" "$place"
class_path=$(sed -n 's/^-cp "\(.*\)"$/\1/p' "$target/java.args")
case $class_path in *serve.jar) ;; *) class_path=$class_path:$place/serve.jar ;; esac
sed -i "s|^-cp .*|-cp \"$class_path\"|" "$target/java.args"
if java=/opt/java/bin/java && ln -s /jre/opt/java /opt/java \
  && "$java" -XX:ArchiveClassesAtExit="$target/app.jsa" -cp "$class_path" Share "$target/classes" > /dev/null 2>&1; then
  echo "-XX:SharedArchiveFile=$place/app.jsa" >> "$target/jvm.args"
fi
rm -f "$target/classes"
sh /opt/runtime/files.sh "$image/funko"

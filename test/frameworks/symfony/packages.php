<?php

// Debian's packages of Symfony as Composer's packages, a stand-in for Packagist, which a composer.json then requires:
// packages.php FOLDER COMPOSER_JSON
$root = '/usr/share/php';
$kebab = fn (string $name): string => strtolower(preg_replace('/(?<=[a-z0-9])(?=[A-Z])/', '-', $name));
$kinds = [
    'Symfony/Component/*' => fn ($n) => ['symfony/' . $kebab($n), "Symfony\\Component\\$n\\"],
    'Symfony/Bundle/*' => fn ($n) => ['symfony/' . $kebab($n), "Symfony\\Bundle\\$n\\"],
    'Symfony/Bridge/*' => fn ($n) => ['symfony/' . $kebab($n) . '-bridge', "Symfony\\Bridge\\$n\\"],
    'Symfony/Contracts/*' => fn ($n) => ['symfony/' . $kebab($n) . '-contracts', "Symfony\\Contracts\\$n\\"],
    'Symfony/Polyfill/*' => fn ($n) => ['symfony/polyfill-' . $kebab($n), "Symfony\\Polyfill\\$n\\"],
    'Psr/*' => fn ($n) => ['psr/' . $kebab($n), "Psr\\$n\\"],
    'Twig' => fn () => ['twig/twig', 'Twig\\'],
];
$files = ['function.php', 'bootstrap.php', 'Resources/functions.php', 'Resources/functions/dump.php', 'Resources/core.php', 'Resources/debug.php', 'Resources/escaper.php', 'Resources/string_loader.php'];
$repositories = $require = [];
foreach ($kinds as $pattern => $naming) foreach (glob("$root/$pattern", GLOB_ONLYDIR) as $from) {
    [$name, $namespace] = $naming(basename($from));
    $to = "$argv[1]/$name";
    mkdir($to, 0755, true);
    exec('cp -a ' . escapeshellarg("$from/.") . ' ' . escapeshellarg($to));
    $here = array_values(array_filter($files, fn ($file) => is_file("$to/$file")));
    $plugin = $name === 'symfony/runtime' ? ['type' => 'composer-plugin', 'require' => ['composer-plugin-api' => '^2.0'], 'extra' => ['class' => 'Symfony\\Component\\Runtime\\Internal\\ComposerPlugin']] : [];
    $package = ['name' => $name, 'version' => '6.4.0', 'autoload' => ['psr-4' => [$namespace => ''], 'files' => $here]] + $plugin;
    file_put_contents("$to/composer.json", json_encode($package, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES));
    $repositories[] = ['type' => 'path', 'url' => $to, 'options' => ['symlink' => false]];
    $require[$name] = '*';
}
$repositories[] = ['packagist.org' => false];
file_put_contents("$argv[1]/config.json", json_encode(['repositories' => $repositories], JSON_UNESCAPED_SLASHES));
$project = json_decode(file_get_contents($argv[2]), true);
$project['require'] = ['php' => '>=8.2', 'ext-ctype' => '*', 'ext-iconv' => '*', 'ext-intl' => '*', 'ext-mbstring' => '*'] + $require;
file_put_contents($argv[2], json_encode($project, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");

<?php

// Secrets that are named like environment variables are such variables, too, where nothing else sets them.
(static function (): void {
    foreach (glob('/run/secrets/*') ?: [] as $file) {
        $name = basename($file);
        if (!preg_match('/^(?!HTTP_)[A-Z_][A-Z0-9_]*$/D', $name) || getenv($name) !== false || !is_readable($file)) continue;
        $value = rtrim((string) file_get_contents($file), "\r\n");
        if (str_contains($value, "\0")) continue;
        putenv("$name=$value");
        $_ENV[$name] = $_SERVER[$name] = $value;
    }
})();

<?php

declare(strict_types=1);

namespace Feedback;

use PDO;

final class Votes
{
    public function __construct(private readonly PDO $database)
    {
        $database->setAttribute(PDO::ATTR_TIMEOUT, 10);
        $database->exec(
            'CREATE TABLE IF NOT EXISTS votes (page TEXT, person TEXT, stars INTEGER, PRIMARY KEY (page, person))'
        );
    }

    /** The last vote of a person counts. */
    public function add(string $page, string $person, int $stars): void
    {
        $this->database->prepare('REPLACE INTO votes VALUES (?, ?, ?)')->execute([$page, $person, $stars]);
    }

    /** @return array{votes: int, average: float|null} */
    public function of(string $page): array
    {
        $query = $this->database->prepare('SELECT count(*), avg(stars) FROM votes WHERE page = ?');
        $query->execute([$page]);
        [$votes, $average] = $query->fetch(PDO::FETCH_NUM);
        return ['votes' => $votes, 'average' => $average === null ? null : round($average, 2)];
    }
}

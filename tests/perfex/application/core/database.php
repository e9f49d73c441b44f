<?php

/** One connection a request, in a session without strict mode. */
final class StandIn_Database
{
    private static ?mysqli $connection = null;

    public static function query(string $sql, array $values = []): array
    {
        $statement = self::connection()->prepare($sql);
        $statement->execute($values);
        $result = $statement->get_result();
        return $result ? $result->fetch_all(MYSQLI_ASSOC) : [];
    }

    public static function id(): int
    {
        return (int) self::connection()->insert_id;
    }

    private static function connection(): mysqli
    {
        if (self::$connection === null) {
            [$host, $port] = explode(':', APP_DB_HOSTNAME) + [1 => '3306'];
            self::$connection = new mysqli($host, APP_DB_USERNAME, APP_DB_PASSWORD, APP_DB_NAME, (int) $port);
            self::$connection->set_charset(APP_DB_CHARSET);
            self::$connection->query("SET SESSION sql_mode = ''");
        }
        return self::$connection;
    }
}

function db_prefix(): string
{
    return defined('APP_DB_PREFIX') ? APP_DB_PREFIX : 'tbl';
}

/** Sessions in the table, one request of a session at a time. */
final class StandIn_Sessions implements SessionHandlerInterface
{
    private string $lock = '';

    public function open(string $path, string $name): bool
    {
        return true;
    }

    public function read(string $id): string
    {
        $this->lock = md5($id);
        StandIn_Database::query('SELECT GET_LOCK(?, 300)', [$this->lock]);
        $rows = StandIn_Database::query('SELECT `data` FROM `' . db_prefix() . 'sessions` WHERE `id` = ?', [$id]);
        return (string) ($rows[0]['data'] ?? '');
    }

    public function write(string $id, string $data): bool
    {
        $sql = 'REPLACE INTO `' . db_prefix() . 'sessions` (`id`, `ip_address`, `timestamp`, `data`) VALUES (?, ?, ?, ?)';
        StandIn_Database::query($sql, [$id, $_SERVER['REMOTE_ADDR'], time(), $data]);
        return true;
    }

    public function close(): bool
    {
        if ($this->lock !== '') {
            StandIn_Database::query('SELECT RELEASE_LOCK(?)', [$this->lock]);
            $this->lock = '';
        }
        return true;
    }

    public function destroy(string $id): bool
    {
        StandIn_Database::query('DELETE FROM `' . db_prefix() . 'sessions` WHERE `id` = ?', [$id]);
        return true;
    }

    public function gc(int $lifetime): int|false
    {
        return 0;
    }
}

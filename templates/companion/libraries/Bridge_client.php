<?php

defined('BASEPATH') or exit('No direct script access allowed');

/** Speaks HTTP to the daemon on this machine: its unix socket first, its address when nobody listens there. */
final class Bridge_client
{
    private const CONNECT_MS = 100;
    private const TOTAL_MS = 5000;
    private const NUDGE_MS = 300;
    /** After this time a request needs one of so many places to wait on. */
    private const MOMENT_S = 0.9;
    private const PLACES = 2;
    /** The time for the question whether a silent daemon is back. */
    private const PROBE_MS = 500;
    /** The largest answer, in bytes. */
    private const LARGEST = 16777216;

    /** What `perfex-bridge install` wrote: the ways to the daemon, and what is shown where. */
    public static function settings(): array
    {
        $file = dirname(__DIR__) . '/config/bridge.php';
        // A file that is missing must not take the CRM down.
        return is_file($file) ? require $file : [];
    }

    /** Says that something about payments may have changed; waits for no more than that it was heard. */
    public static function nudge(): void
    {
        try {
            self::ask('POST', '/bridge/nudge', '', [], self::NUDGE_MS);
        } catch (Throwable $nobody_hears) {
            // The daemon looks by itself, too: a lost nudge costs a second.
        }
    }

    /**
     * Asks for a visitor, so that a daemon that hangs does not hold up the whole site: few requests may wait for it long; once
     * one gave up, all get null at once, and one at a time asks whether it is back. All that the workers know of each other
     * are locks and one mark among PHP's temporary files; without them, each waits its time.
     */
    public static function visit(string $method, string $target, string $body, array $headers): ?array
    {
        $mark = sys_get_temp_dir() . '/perfex_bridge_' . md5(__DIR__);
        $lock = is_file($mark) ? @fopen($mark, 'c') : false;
        if ($lock && (!flock($lock, LOCK_EX | LOCK_NB) || fstat($lock)['mtime'] >= time())) {
            return null;
        }
        $begun = microtime(true);
        // Called about once a second while nothing comes.
        $ends = static function () use ($begun, $mark, &$lock): int {
            for ($place = 1; !$lock && microtime(true) - $begun > self::MOMENT_S; $place++) {
                if ($place > self::PLACES) {
                    return 1;
                }
                $file = @fopen("$mark.$place", 'c');
                $lock = !$file || flock($file, LOCK_EX | LOCK_NB) ? $file ?: true : false;
            }
            return 0;
        };
        $answer = self::ask($method, $target, $body, $headers, $lock ? self::PROBE_MS : self::TOTAL_MS, $ends);
        if ($answer !== null) {
            @unlink($mark);
        } elseif (microtime(true) - $begun > self::PROBE_MS / 2000) {
            @touch($mark);
        }
        return $answer;
    }

    /**
     * Asks the daemon; null when it gave no whole answer in time.
     *
     * $headers  lines without line breaks in them
     * $limit    in milliseconds
     * $ends     whether to give up
     * returns   status, headers as pairs of lower-case name and value, body
     */
    private static function ask(string $method, string $target, string $body, array $headers, int $limit, ?callable $ends = null): ?array
    {
        $until = microtime(true) + $limit / 1000;
        foreach (self::settings()['ways'] ?? [] as [$site, $socket]) {
            $curl = curl_init($site . $target);
            curl_setopt_array($curl, [CURLOPT_UNIX_SOCKET_PATH => $socket, CURLOPT_NOPROGRESS => $ends === null, CURLOPT_PROGRESSFUNCTION => $ends]);
            $answer = self::run($curl, $method, $body, $headers, max(1, (int) (($until - microtime(true)) * 1000)));
            // Only where nothing was sent may the question be put again.
            if ($answer !== null || curl_errno($curl) !== CURLE_COULDNT_CONNECT) {
                return $answer;
            }
        }
        return null;
    }

    private static function run($curl, string $method, string $body, array $headers, int $limit): ?array
    {
        $head = '';
        curl_setopt_array($curl, [
            CURLOPT_PATH_AS_IS        => true,
            CURLOPT_PROXY             => '',
            CURLOPT_NOSIGNAL          => true,
            CURLOPT_CONNECTTIMEOUT_MS => min(self::CONNECT_MS, $limit),
            CURLOPT_TIMEOUT_MS        => $limit,
            CURLOPT_HTTPHEADER        => array_merge($headers, ['Expect:']),
            CURLOPT_NOBODY            => $method === 'HEAD',
            CURLOPT_CUSTOMREQUEST     => $method,
            CURLOPT_MAXFILESIZE       => self::LARGEST,
            CURLOPT_RETURNTRANSFER    => true,
            CURLOPT_HEADERFUNCTION    => static function ($curl, string $line) use (&$head): int {
                // Interim answers have headers of their own.
                $head = strncmp($line, 'HTTP/', 5) === 0 ? '' : $head . $line;
                return strlen($line);
            },
        ]);
        if ($method !== 'GET' && $method !== 'HEAD') {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
        }
        $got = curl_exec($curl);
        $status = (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        preg_match_all('/^([^:\s]+):[ \t]*(.*?)[ \t\r]*$/m', $head, $lines, PREG_SET_ORDER);
        $told = array_map(static fn (array $line) => [strtolower($line[1]), $line[2]], $lines);
        return is_string($got) && $status >= 200 ? [$status, $told, $got] : null;
    }
}

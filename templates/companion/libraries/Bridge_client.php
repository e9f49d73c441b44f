<?php

defined('BASEPATH') or exit('No direct script access allowed');

/** Speaks HTTP to the daemon on this machine: its unix socket first, its address when nobody listens there. */
final class Bridge_client
{
    private const CONNECT_MS = 100;
    private const TOTAL_MS = 5000;
    private const NUDGE_MS = 300;
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
     * Asks the daemon; null when it gave no whole answer in time.
     *
     * $headers  lines without line breaks in them
     * returns   status, headers as pairs of lower-case name and value, body
     */
    public static function ask(string $method, string $target, string $body, array $headers, int $limit = self::TOTAL_MS): ?array
    {
        $until = microtime(true) + $limit / 1000;
        foreach (self::settings()['ways'] ?? [] as [$site, $socket]) {
            $curl = curl_init($site . $target);
            curl_setopt($curl, CURLOPT_UNIX_SOCKET_PATH, $socket);
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

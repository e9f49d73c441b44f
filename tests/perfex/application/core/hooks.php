<?php

final class StandIn_Hooks
{
    private array $callbacks = [];

    public function add_action(string $tag, callable|string $callback, int $priority = 10, int $accepted = 1): void
    {
        $this->callbacks[$tag][$priority][] = [$callback, $accepted];
    }

    public function add_filter(string $tag, callable|string $callback, int $priority = 10, int $accepted = 1): void
    {
        $this->add_action($tag, $callback, $priority, $accepted);
    }

    public function do_action(string $tag, ...$arguments): void
    {
        foreach ($this->of($tag) as [$callback, $accepted]) {
            // An action without arguments hands over an empty text.
            $callback(...array_slice($arguments ?: [''], 0, $accepted));
        }
    }

    public function apply_filters(string $tag, $value, ...$arguments)
    {
        foreach ($this->of($tag) as [$callback, $accepted]) {
            $value = $callback(...array_slice([$value, ...$arguments], 0, $accepted));
        }
        return $value;
    }

    private function of(string $tag): array
    {
        $by_priority = $this->callbacks[$tag] ?? [];
        ksort($by_priority);
        return array_merge(...array_values($by_priority) ?: [[]]);
    }
}

function hooks(): StandIn_Hooks
{
    static $hooks = null;
    return $hooks ??= new StandIn_Hooks();
}

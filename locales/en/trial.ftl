### Texts of perfex-bridge in English.

## No trial

trial-taken = A trial of this product cannot be started with this mail address and domain: each customer and each domain can try it once. You can buy it at any time.
trial-one-only = A trial is one license: the quantity must be 1.

## How long a trial goes on, as a part of a sentence

trial-left-days = { $days } days
trial-left-day = 1 day
trial-left-hours = less than a day

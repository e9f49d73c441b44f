-- A mailed link that was used.

-- Its token stays, so that a second press of the button is answered like the first; it moves nothing any more.
ALTER TABLE `{p}pm_license_move_requests`
  ADD COLUMN `used_at` DATETIME(6) NULL;

### Texts of perfex-bridge in English.

## Overview

bridge-overview = Bridge overview
bridge-health = Health
bridge-versions = Versions
bridge-oldest = oldest from { $at }
bridge-outbox-all = All mails and license requests
bridge-summary-good = Everything works.
bridge-summary-warn = Everything works, but somebody should take a look.
bridge-summary-bad = Something does not work.
bridge-level-good = good
bridge-level-warn = look
bridge-level-bad = broken
bridge-sign-database = Database
bridge-sign-watch = Watch for payments
bridge-sign-loops = Background work
bridge-sign-messages = Mails and requests
bridge-sign-jobs = Scheduled jobs
bridge-sign-license = Module license
bridge-sign-routes = Public addresses
bridge-sign-module = Module in the CRM
bridge-unread = This could not be looked at: { $reason }
bridge-database-good = { $server } answers in { $took } ms.
bridge-database-bad = The database does not answer: { $reason }
bridge-database-silent = The database does not answer in time.
bridge-watch-looked = Last look { $seconds } s ago (mode: { $mode }).
bridge-watch-starting = The first look is still to come.
bridge-watch-waiting = It waits: { $reason }
bridge-loops-good = All { $count } background services are running.
bridge-loops-bad = { $reason }
bridge-messages-waiting = Waiting to leave: { $count }.
bridge-messages-failed = Not delivered: { $failed }, waiting to leave: { $count }.
bridge-jobs-good = All { $count } jobs are on time.
bridge-jobs-late = The job “{ $job }” is overdue.
bridge-jobs-failing = The job “{ $job }” fails: { $reason }
bridge-license-valid = { $module }: valid
bridge-license-grace = { $module }: not confirmed at the last check, works until the grace ends
bridge-license-missing = { $module }: no license yet
bridge-license-locked = { $module }: locked
bridge-license-server-unread = What is saved about the license server cannot be read: orders wait for their licenses. Enter its address and API key again in the settings.
bridge-routes-good = Our block in my_routes.php is as it should be.
bridge-routes-drift = Our block in my_routes.php is missing or was changed. Run “perfex-bridge routes write”.
bridge-module-good = Version { $version }, as this daemon writes it.
bridge-module-missing = It is not installed. Run “perfex-bridge install”.
bridge-module-other = Its files are not those of this daemon. Run “perfex-bridge install”.
bridge-version-daemon = perfex-bridge
bridge-version-module = Module in the CRM
bridge-version-perfex = Perfex database
bridge-version-php = PHP of the CRM
bridge-version-database = Database server
bridge-version-mail = Mail transport

## Dashboard widget

bridge-widget-orders = Orders today: { $count }
bridge-widget-failed = Mails that could not be delivered: { $count }

## Mails and license requests on their way out

outbox-title = Mails and license requests
outbox-none = There are no messages here.
outbox-message = Message { $id }
outbox-number = No.
outbox-what = What
outbox-to = To
outbox-from = From
outbox-subject = Subject
outbox-state = State
outbox-any = any
outbox-attempts = Attempts
outbox-written = Written
outbox-next = Next attempt
outbox-finished = Finished
outbox-uncertain = Unclear since
outbox-language = Language
outbox-kind-license-request = License request
outbox-state-ready = waits
outbox-state-sending = is leaving
outbox-state-sent = delivered
outbox-state-retry = is tried again
outbox-state-uncertain = perhaps delivered
outbox-state-dead = failed
outbox-resend = Send again
outbox-drop = Give up
outbox-drop-sure = Give this message up? It is not sent any more, but stays here and can be sent again later.
outbox-last-error = Last attempt:
outbox-preview = What the mail says
outbox-unwritable = The mail cannot be written:
outbox-address = Correct the address
outbox-address-waits = The message goes to the new address at the next attempt, which is made at once.
outbox-address-sent = This message was delivered. It is sent once more, to the new address.
outbox-address-do = Correct and send
outbox-under-way = This message is leaving right now. Look again in a moment.
said-message-resent = The message is on its way again.
said-message-readdressed = The address is corrected, the message is on its way.
said-message-dropped = The message is given up.
audit-message-resent = sent message { $id } again.
audit-message-readdressed = corrected the address of message { $id } and sent it.
audit-message-dropped = gave up message { $id }.

<?php

defined('BASEPATH') or exit('No direct script access allowed');

// Endpoints for programs, which have no token of the CRM; the daemon itself checks who is asking. Pages for people are
// not in this list.
return ['api/.+', 'bridge/hooks/.+', 'cat_heartbeat/leave', 'clients/cat_consent'];

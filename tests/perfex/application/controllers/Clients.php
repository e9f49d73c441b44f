<?php

class Clients extends ClientsController
{
    public function index(): void
    {
        $this->title('Home')->view('portal_home')->layout();
    }
}

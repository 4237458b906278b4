# People and pages come in: tickets, names and passwords, second factors; and
# nobody else does.
use Fleetline;
use Mojo::JSON qw(true false);

my $f = Fleetline->new(tls => 1);
$f->cli(qw(domain add), "$_.example", '--password-file', $f->secret_file($_))
    for qw(north south);
$f->cli(qw(account add robot --role system-admin));
my $robot = $f->cli(qw(key add robot)) =~ s/\n//r;

# An AppWebsocket of a page; its Origin, or none.
sub page ($origin, %o) {
	return App->new(url => $o{url} // $f->ws_url, headers =>
	    {defined $origin ? (Origin => $origin) : ()})->connect;
}

my @drawn;
sub ticket (%o) {
	push @drawn, $f->api({mt => 'GetTicket'}, %o)->{ticket};
	return $drawn[-1];
}

# ---- tickets ----------------------------------------------------------------

subtest 'a ticket opens one websocket, for who asked' => sub {
	my $ticket = ticket(user => 'north.example', password => 'north');
	like $ticket, qr/^[A-Za-z0-9!_]{32}$/, 'it is drawn';
	my $app = page($f->origin);
	my $r = $app->ask({mt => 'TicketLogin', ticket => $ticket});
	is_deeply [@$r{qw(ok domain)}], [true, 'example.com'], 'it is taken';
	ok !exists $r->{sessionKey}, 'without TLS no session key is told';
	is_deeply [map { $_->{name} } @{$app->ask_list({mt => 'GetDomains'},
	    'domains')}], ['north.example'], 'its session sees what he sees';
	is $app->ask({mt => 'TicketLogin', ticket => $ticket})->{error},
	    'logged in already', 'once on a connection';
	my $again = page($f->origin)->ask({mt => 'TicketLogin',
	    ticket => $ticket});
	is_deeply [@$again{qw(ok error)}], [false, 'wrong login'],
	    'a ticket that was used opens nothing';
	ok $app->ask({mt => 'GetUserInfo'})->{key}, 'the first session stays';
};

subtest 'a session key for secrets' => sub {
	my @key = map {
		my $url = $f->ws_url =~ s/^ws:/wss:/r
		    =~ s/:\d+/':' . $f->tls_port/er;
		my $origin = 'https://127.0.0.1:' . $f->tls_port;
		page($origin, url => $url)->ask({mt => 'TicketLogin',
		    ticket => ticket(key => $robot)})->{sessionKey};
	} 1, 2;
	like $key[0], qr/^[0-9a-f]{64}$/, 'over TLS it is told';
	isnt $key[0], $key[1], 'another one each time';
};

subtest 'where a page is from' => sub {
	my $ticket = ticket(key => $robot);
	for my $origin ('http://127.0.0.1:' . ($f->port + 1), 'null',
	    'https://127.0.0.1:' . $f->port, 'http://evil.example') {
		my $r = page($origin)->ask({mt => 'TicketLogin',
		    ticket => $ticket});
		is_deeply [@$r{qw(ok error)}], [false, 'wrong login'],
		    "a page of $origin cannot use a ticket";
	}
	ok page(undef)->ask({mt => 'TicketLogin', ticket => $ticket})->{ok},
	    'a program, which names no page, can';
	my $app = App->new(url => $f->ws_url, headers =>
	    {Origin => 'http://evil.example'})->connect
	    ->login(domain => 'north.example', password => 'north');
	ok $app->login_result->{ok}, 'AppLogin is taken from any page';
	like $f->log_of('rules'), qr/login\.foreign .*evil\.example/,
	    'the log names the page';
};

subtest 'a ticket is over with what it lives on' => sub {
	my $key = $f->cli(qw(key add robot --name short)) =~ s/\n//r;
	my ($id) = $key =~ /^flk_(\d+)_/;
	my $ticket = ticket(key => $key);
	my $app = page($f->origin);
	ok $app->ask({mt => 'TicketLogin', ticket => ticket(key => $key)})->{ok},
	    'a session by ticket';
	$f->cli(qw(key remove), $id);
	ok $app->wait_closed, 'ends with the key of who asked';
	ok !page($f->origin)->ask({mt => 'TicketLogin',
	    ticket => $ticket})->{ok}, 'and so does a ticket that waits';
};

subtest 'guessed tickets' => sub {
	my $app = page($f->origin);
	my @r = map { $app->ask({mt => 'TicketLogin', ticket => $_})->{ok} }
	    'x' x 32, '', 'x' x 31, 'y' x 32, 'z' x 32;
	is_deeply \@r, [(false) x 5], 'open nothing';
	is_deeply $app->wait_closed && $app->closed->[0], 1008,
	    'five end the connection';
	my $logs = join '', map { $f->log_of($_) } qw(rules devices access hub);
	like $logs, qr/login\.wrong .*user=ticket/, 'the log counts them';
	is scalar(grep { index($logs, $_) >= 0 } @drawn), 0,
	    'no ticket is in a log';
};

done_testing;

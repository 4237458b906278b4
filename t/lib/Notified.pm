# Notified -- phones of other vendors behind a SIP proxy: one that is told by NOTIFY
# fetches its files, loads the firmware that they name, and fetches them again.
#
#	my $n = Notified->new(f => Fleetline->new(conf => Notified->conf));
#	my $p = $n->phone(vendor => 'yealink', mac => '001565aabbcc', ...);
#	$p->{got}		# all that it was answered: [file, status, body]
#	$p->{told}		# how often it was told
#
# way says what one does: load (the default), lie (fetches, and stays what it was),
# deaf (is told, and does nothing), refuse (answers 481).
package Notified;
use Mojo::Base -base, -signatures;
use IO::Socket::IP;
use Mojo::IOLoop;

has 'f';
has phones => sub { {} };

my $socket = IO::Socket::IP->new(LocalAddr => '127.0.0.1', Proto => 'udp',
    LocalPort => 0) or die "no free port: $!";
sub conf { {phones => {notify => '127.0.0.1:' . $socket->sockport}} }

# What it calls itself, the files that it asks for, and where one names firmware.
my %vendors = (
	yealink => {agent => sub ($p) { "Yealink SIP-T46S $p->{version} "
	    . join ':', $p->{mac} =~ /../g },
	    files => sub ($p) { "$p->{mac}.boot", 'y000000000000.boot',
		'y000000000028.cfg', "$p->{mac}.cfg" },
	    first => 3, account => 3, firmware => qr/^static\.firmware\.url = (\S+)/m},
	grandstream => {agent => sub ($p) { "Grandstream Model HW GXP2170 SW "
	    . "$p->{version} DevId $p->{mac}" },
	    files => sub ($p) { map { "cfg$_" } $p->{mac}, "$p->{mac}.xml",
		'gxp2170.xml', '.xml' },
	    first => 1, account => 1, firmware => qr{<P192>([^<]+)</P192>}},
	snom => {agent => sub ($p) { 'Mozilla/4.0 (compatible; snomD785-SIP '
	    . "$p->{version} 2010.12-00004-g9ba52f5 " . uc($p->{mac})
	    . ' SXM:0 UXM:0)' },
	    files => sub ($p) { 'snomD785.htm', "snomD785-\U$p->{mac}\E.htm" },
	    first => 1, account => 1, firmware => qr{<firmware perm="">([^<]+)<}},
	cisco => {agent => sub ($p) { "Cisco/SPA504G-$p->{version} (\U$p->{mac}\E)"
	    . '(CBT141100HR)' },
	    files => sub ($p) { "$p->{mac}.xml" }, first => 0, account => 0,
	    firmware => qr{<Upgrade_Rule ua="na">([^<]+)<}},
	htek => {agent => sub ($p) { "Htek UC926 $p->{version} "
	    . join ':', $p->{mac} =~ /../g },
	    files => sub ($p) { 'cfg0010.xml', "cfg$p->{mac}", "cfg$p->{mac}.xml" },
	    first => 2, account => 2, firmware => qr{<P192 [^>]*>([^<]+)</P192>}},
);

sub new ($class, %o) {
	my $self = $class->SUPER::new(%o);
	Mojo::IOLoop->singleton->reactor->io($socket => sub {
		my $from = $socket->recv(my $text, 65535) // return;
		$self->hear($text, $from);
	})->watch($socket, 1, 0);
	return $self;
}

# A SIP NOTIFY, and what the phone says to it.
sub hear ($self, $text, $from) {
	my ($mac) = $text =~ /^NOTIFY sip:([0-9a-f]{12})@/ or return;
	my $p = $self->phones->{$mac} or return;
	my %head = map { lc $_ => 1 } qw(via from to call-id cseq);
	my $status = $p->{way} eq 'refuse' ? '481 Not here' : '200 OK';
	$socket->send(join("\r\n", "SIP/2.0 $status",
	    grep({ /^([\w-]+):/ && $head{lc $1} } split /\r\n/, $text),
	    'Content-Length: 0', '', ''), 0, $from);
	$p->{told}++;
	Mojo::IOLoop->timer(0.05 => sub { $self->come($p) })
	    if $p->{way} =~ /^(?:load|lie)$/;
}

sub agent ($self, $p) { $vendors{$p->{vendor}}{agent}->($p) }
sub files ($self, $p) { $vendors{$p->{vendor}}{files}->($p) }
sub account ($self, $p) { ($self->files($p))[$vendors{$p->{vendor}}{account}] }

sub fetch ($self, $p, $file) {
	return $self->f->ua->get_p($p->{url} . $file,
	    {'User-Agent' => $self->agent($p)})->then(sub ($tx) {
		push @{$p->{got}}, [$file, $tx->res->code, $tx->res->body // ''];
	});
}

# All its files by its own URL; firmware that one of them names is loaded.
sub come ($self, $p) {
	my $at = @{$p->{got}};
	my $chain = Mojo::Promise->resolve;
	for my $file ($self->files($p)) {
		$chain = $chain->then(sub { $self->fetch($p, $file) });
	}
	$chain->then(sub {
		my ($url) = map { $_->[1] == 200 && $_->[2]
		    =~ $vendors{$p->{vendor}}{firmware} ? $1 : () }
		    @{$p->{got}}[$at .. $#{$p->{got}}];
		my ($version) = ($url // '') =~ m{/v([\w.]+?)(?:\.rom|/?$)};
		push @{$p->{loads}}, $url if $url;
		return if !$version || $version eq $p->{version}
		    || $p->{way} ne 'load';
		$p->{version} = $version;
		Mojo::IOLoop->timer(0.05 => sub { $self->come($p) });
	})->catch(sub ($e) { warn "phone $p->{mac}: $e" });
}

# One that was promoted into a domain, has come by its own URL, and whose window is
# closed.  key: the domain's, by which it waited.
sub phone ($self, %o) {
	my $p = {way => 'load', got => [], loads => [], told => 0, %o};
	my $f = $self->f;
	my $first = ($self->files($p))[$vendors{$p->{vendor}}{first}];
	my $ask = sub ($path) { $f->request(GET => $path,
	    {'User-Agent' => $self->agent($p)}) };
	$ask->("/p/$p->{key}/$first");
	$f->cli('phone', 'promote', $p->{mac}, $p->{domain});
	$f->cli('phone', 'set', $p->{mac}, @$_) for ['sip_server', 'sip.example'],
	    ['sip_user.0', $p->{mac}];
	$f->cli('phone', 'set', $p->{mac}, 'sip_password.0', '--password-file',
	    $f->secret_file("$p->{secret}\n")) if $p->{secret};
	my ($own) = $ask->("/p/$p->{key}/$first")->body
	    =~ m{\b(p/\Q$p->{key}\E/[\w-]+)} or die "no URL for $p->{mac}";
	$p->{url} = $f->url("/$own/");
	die "no file for $p->{mac}" unless
	    $ask->("/$own/" . $self->account($p))->code == 200;
	$f->cli('phone', 'window', $p->{mac}, '--minutes', 0);
	return $self->phones->{$p->{mac}} = $p;
}

1;

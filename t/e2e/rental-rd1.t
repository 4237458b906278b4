# RD1: nothing is sent to gateways.  How licences get into a device is not
# public, so a rental is books; whoever reads of it reads that, and nothing says
# that a licence was delivered.
use Fleetline;
use Mojo::File qw(path);

my $f = Fleetline->new;
my $ID = '009033ab0001';
$f->cli(qw(domain add rents.example));
$f->cli(qw(licence set PBX-USER --title), 'PBX user', qw(--price 3.1));
$f->cli(qw(licence set BOX --title), 'Box', qw(--price 2 --hardware));
$f->cli(qw(rental load rents.example --key-file), $f->secret_file(
    $f->cli(qw(rental key new 500))));

my $gw = $f->device(id => $ID, platform => {type => 'GW'})->connect;
wait_until(sub { grep { $_->{online} }
    @{$f->cli_json(qw(device claims), $ID)} });
$f->cli(qw(device assign), $ID, 'rents.example');
$gw->wait_for('password');
$gw->disconnect->connect->wait_for('challenge');

sub seen { $f->api({mt => 'GetDevice', hwId => $ID})->{device} }
sub flags { join ' ', grep { seen()->{$_} }
    qw(hasLeaseLicenses rented rentalWant rentalStarted) }
wait_until(sub { seen()->{online} });

# What came to the gateway until now; a request through the tunnel comes after
# everything that was sent before it.
sub frames {
	$f->get(seen()->{uri} . 'log.txt');
	return scalar(@{$gw->admins}), scalar @{$gw->requests};
}

subtest 'RD1: no change of a rental sends anything to the gateway' => sub {
	my ($admins, $requests) = frames();
	my @apply = (qw(rental apply rents.example), $ID);
	$f->cli(@apply, 'PBX-USER', 50);
	is flags(), 'hasLeaseLicenses', 'software is in the books';
	$f->cli(@apply, 'BOX', 1);
	is flags(), 'hasLeaseLicenses rented rentalWant rentalStarted',
	    'the device itself is';
	$f->cli(@apply, 'PBX-USER', 0);
	$f->cli(@apply, 'BOX', 0);
	is flags(), '', 'all is given back';
	$f->cli(qw(rental want), $ID, 'yes');
	is flags(), 'rentalWant', 'a wish orders nothing';
	is_deeply [frames()], [$admins, $requests + 1],
	    'the gateway heard of nothing';
};

subtest 'RD1: nor does its reconnect' => sub {
	$f->cli(qw(rental apply rents.example), $ID, 'PBX-USER', 50);
	$gw->admins([]);
	$gw->disconnect->connect->wait_for('challenge');
	wait_until(sub { seen()->{online} });
	my (undef, $requests) = frames();
	is_deeply [grep { $_ > 3 } map { $_->[0] } @{$gw->admins}], [],
	    'it gets its challenge and its passwords';
	is $requests, (frames())[1] - 1, 'and no request but ours';
};

subtest 'RD1: who rents reads it' => sub {
	for my $verb (qw(preview apply)) {
		like $f->cli('rental', $verb, 'rents.example', $ID, 'PBX-USER',
		    50), qr/^sent to gateways   nothing: /m, "rental $verb";
	}
	for my $file (qw(README doc/rental.md doc/api.md man/fleetline.8)) {
		my $text = path($file)->slurp =~ s/\s+/ /gr;
		like $text, qr/[Nn]othing is sent to (?:the )?gateways/, $file;
	}
};

subtest 'RD1: no answer shows a licence as delivered' => sub {
	my ($id) = map { $_->{id} } grep { $_->{name} eq 'rents.example' }
	    @{$f->cli_json(qw(domain list))};
	for my $mt (qw(GetRental GetRentedLicences GetRentalHistory GetGateways
	    GetLicences)) {
		my $text = $f->post(encode_json({mt => $mt,
		    domainId => $id}))->body;
		like $text, qr/"mt":"${mt}Result"/, $mt;
		unlike $text, qr/deliver|install|activated|sent/i, 'says nothing of it';
	}
};

done_testing;

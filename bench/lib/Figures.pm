# Figures -- the row of bench/run about what is counted: statistics, the history,
# /metrics and the work that notes it, with a fleet in a thousand domains and
# 400 days behind it.
package Figures;
use Mojo::Base -strict, -signatures;
use Bench ();
use Mojo::File qw(path);
use Mojo::JSON qw(encode_json);
use Time::HiRes qw(time);

use constant {DOMAINS => 1000, DAYS => 400, TURNS => 9};

# Made by SQL: a fleet of 30 versions on 23 products, nine of ten online, and a
# history in which a point of less than 255 devices has a byte for each figure.
sub fleet ($f) {
	my $day = int(time / 86400);
	Bench::run('sqlite3', $f->state . '/fleetline.db',
	    'PRAGMA busy_timeout = 9999;'
	    . ' WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n'
	    . ' WHERE i < ' . DOMAINS . ') INSERT INTO domain (id, name, epoch)'
	    . " SELECT 1000 + i, 'd' || i || '.example', 1 FROM n;"
	    . " UPDATE device SET domain_id = 1001 + id % " . DOMAINS . ','
	    . " product = 'IP' || id % 23, version = '13r' || id % 30;"
	    . ' INSERT INTO presence (device_id, hub, boot, conn, online, since)'
	    . " SELECT id, 'h', 'b', id, id % 10 <> 0, 0 FROM device;"
	    . ' WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n'
	    . ' WHERE i < ' . DAYS . ') INSERT INTO history SELECT m.id,'
	    . " $day - i, CAST(char(1) || replace(hex(zeroblob("
	    . "288)), '0', 'z') AS BLOB)"
	    . ' FROM n, domain m;'
	    . ' INSERT INTO history SELECT 0, day, CAST(char(1) || replace(hex('
	    . "zeroblob(432)), '0', 'z') AS BLOB) FROM history"
	    . ' WHERE domain_id = 1001');
}

# The median of some times in ms of one curl.
sub curl ($key, @args) {
	my @ms = sort { $a <=> $b } map {
		1000 * Bench::run('curl', '-s', '-o', '/dev/null', '-w',
		    '%{time_total}', '-H', "Authorization: Bearer $key", @args)
	} 1 .. TURNS;
	return sprintf '%.0f ms', $ms[TURNS / 2];
}

sub row {
	my $f = Bench::instance(Bench::devices());
	fleet($f);
	my $key = Bench::bearer($f);
	my $api = $f->url($f->base . '/api');
	my $ask = sub ($mt, %m) {
		my $r = $f->api({mt => $mt, %m}, key => $key);
		die "bench: $mt: $r->{error}" if $r->{error};
		return curl($key, '-d', encode_json({mt => $mt, %m}), $api);
	};
	my $ago = (int(time / 86400) - DAYS) * 86_400_000;
	my $what = sprintf 'of %d devices in %d domains', Bench::devices(), DOMAINS;
	my @rows = (
	    ["GetStatistics $what", $ask->('GetStatistics')],
	    ['of one of the domains', $ask->('GetStatistics', domainIds => [1001])],
	    ['GetOnlineHistory, a week in steps of 5 minutes',
		$ask->('GetOnlineHistory', domainId => 1001,
		from => $ago, to => $ago + 7 * 86_400_000)],
	    [DAYS . ' days of the whole instance',
		$ask->('GetOnlineHistory', from => $ago)],
	    ["/metrics $what", curl($key, $f->url('/metrics'))]);
	my $start = time;
	Bench::run($f->build . '/sbin/fleetline-jobs', '-c',
	    $f->state . '/fleetline.conf');
	push @rows, ['fleetline-jobs, which notes a point of each domain',
	    sprintf '%.0f ms', 1000 * (time - $start)];
	push @rows, ['the database with ' . DAYS . ' days of history', sprintf
	    '%.0f MB', (-s $f->state . '/fleetline.db') / 1e6];
	$f->stop;
	return map { [@$_, '-', '-', '-'] } @rows;
}

1;

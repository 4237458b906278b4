# Nights -- the rows about jobs: "updates" (a release for many devices), "saves" (a
# year of backups in the store, and in git) and "backups" (one night of many).
package Nights;
use Mojo::Base -strict, -signatures;
use FindBin ();
use Bench ();
use Fleetline ();
use IO::Socket::INET;
use Mojo::File qw(path tempdir);
use Mojo::JSON qw(decode_json encode_json);
use Reconnect ();
use Saved ();
use Time::HiRes qw(sleep time);
use Updated ();

my $UPDATED = $ENV{FL_BENCH_UPDATED} // 1000;
my $UPDATE_S = $ENV{FL_BENCH_UPDATE_SECONDS} // 10;
my $SAVED = $ENV{FL_BENCH_SAVED} // 700;
my $NIGHTS = $ENV{FL_BENCH_NIGHTS} // 365;
my $BACKUPS = $ENV{FL_BENCH_BACKUPS} // 10_000;
use constant {AT_ONCE => 20, CATEGORY => 'acme phones', ASKED => 21, FLEET => 500,
    PASSWORD => 'Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e', SIZE => 60_000};

# It says when it identifies itself.
package Nights::Device {
	use Mojo::Base 'Device', -signatures;

	sub identify ($self, @more) {
		$self->emit('identified');
		return $self->SUPER::identify(@more);
	}
}

sub load { return ['load of the machine after it', Reconnect::load(), '-', '-', '-'] }

# An instance whose devices know it by a URL; they are in the category.
sub fleet (@ids) {
	my $f = Fleetline->new(plain => 1, stopped => 1,
	    conf => {instance => {url => 'x'}});
	$f->conf({instance => {url => 'http://127.0.0.1:' . $f->port}});
	$f->write_conf;
	$f->start;
	$f->cli('category', 'add', 'example.com', CATEGORY, '--config');
	$f->cli(qw(import devices), $f->secret_file(join "\n",
	    'hwId,domain,type,categories,product,sysclient_password',
	    map { join ',', $_, 'example.com', 'PHONE', CATEGORY, 'IP222', PASSWORD }
	    @ids)) if @ids;
	return $f;
}

sub device ($f, $id) {
	return Nights::Device->new(url => $f->sysclient_url, id => $id, password => PASSWORD,
	    product => 'IP222', version => '13r1 [131705]',
	    more => {fwBuild => '131705', bcBuild => '131705'});
}

sub connect_all ($f, @devices) {
	my $n = 0;
	$_->connect_p->then(sub { $n++ }) for @devices;
	Fleetline::wait_until(sub { $n == @devices }, 60)
	    or die "bench: devices stay offline\n";
	Fleetline::pause(0.5) until number($f, 'SELECT count(*) FROM presence'
	    . ' WHERE online = 1') == @devices;
}

sub number ($f, $sql) {
	my ($rc, $out, $said) = $f->sql($sql);
	return $out =~ /(-?\d+)/ ? $1 : die "bench: $said\n";
}

sub start ($f, $job) {
	my ($rc, $said) = $f->command_beside($f->build . '/sbin/fleetline', '-c',
	    $f->state . '/fleetline.conf', 'job', 'start', $job);
	die "bench: $said" if $rc != 0;
}

# Until it is idle again; devices go on meanwhile.
sub until_over ($f, $job, $seconds) {
	my $next = 0;
	Fleetline::wait_until(sub {
		return if time < $next;
		$next = time + 0.5;
		number($f, 'SELECT count(*) FROM job WHERE state = 0 AND outcome = 1'
		    . " AND wish = 0 AND id = $job") == 1;
	}, $seconds) or die "bench: the job does not end\n";
}

# ---- updates ----------------------------------------------------------------

# When each was told, and when it said what it had loaded.
sub timed ($f, @ids) {
	my (%told, %back);
	my @all = map { Updated->new(device => device($f, $_),
	    pause => $UPDATE_S - 0.1) } @ids;
	for my $u (@all) {
		my $d = $u->device;
		$d->answer(sub ($request) {
			$told{$d->id} //= time;
			return $u->hear($request);
		});
		$d->on(identified => sub { $back{$d->id} = time
		    if $d->more->{fwBuild} eq '140001' });
	}
	return (\%told, \%back, @all);
}

# The most that were at work at a time.
sub most_at_once ($told, $back) {
	my ($n, $most) = (0, 0);
	for (sort { $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1] }
	    map { [$told->{$_}, 1], [$back->{$_}, -1] } keys %$told) {
		$n += $_->[1];
		$most = $n if $n > $most;
	}
	return $most;
}

sub updates {
	my @ids = map { sprintf '00903306%04x', $_ } 1 .. $UPDATED;
	my $f = fleet(@ids);
	my $store = path($f->state, 'store', '140001')->make_path;
	$store->child('ip222.bin')->spurt('firmware ' x 1000);
	$store->sibling('firmware.json')->spurt(encode_json({
		devices => [{id => 'IP222', versions => ['14r1']}],
		versions => [{id => '14r1', build => '140001'}]}));
	my ($told, $back, @all) = timed($f, @ids);
	connect_all($f, map { $_->device } @all);
	my ($job) = $f->cli('job', 'add', 'example.com', 'night', '--release', '14r1',
	    '--category', CATEGORY) =~ /id (\d+)/;
	start($f, $job);
	until_over($f, $job, 60 + 2 * $UPDATED * $UPDATE_S / AT_ONCE);
	my ($first) = sort { $a <=> $b } values %$told;
	my ($last) = sort { $b <=> $a } values %$back;
	my $own = 0;
	$own += $back->{$_} - $told->{$_} for @ids;
	my $twice = grep { @{$_->told} != 1 || @{$_->loaded} != 1 } @all;
	die "bench: $twice were not updated once\n" if $twice;
	my ($took, $ideal) = ($last - $first, $own / AT_ONCE);
	my $most = most_at_once($told, $back);
	$_->device->disconnect for @all;
	$f->stop;
	return ([sprintf('%d devices get a release in one job, %.1f s each', $UPDATED,
		$own / $UPDATED), sprintf('%.1f s', $took), sprintf('the devices\' own'
		. ' time, %d at once, %.1f s: %.3f times', AT_ONCE, $ideal,
		$took / $ideal), 'at most 1.05 times', Bench::kept($took <= 1.05 * $ideal)],
	    ['most devices that were at work at a time, counted there', $most, '-',
		'at most ' . AT_ONCE, Bench::kept($most <= AT_ONCE)], load());
}

# ---- saves ------------------------------------------------------------------

# The middle of some times in ms of a command.
sub middle_ms (@cmd) {
	my @ms = sort { $a <=> $b } map {
		my $start = time;
		Bench::run(@cmd);
		1000 * (time - $start);
	} 1 .. ASKED;
	return $ms[ASKED / 2];
}

# Bytes of the store that are in use.
sub used ($f) {
	return number($f, 'SELECT (page_count - freelist_count) * page_size FROM'
	    . ' pragma_page_count, pragma_freelist_count, pragma_page_size');
}

sub git_size ($dir) {
	my $size = 0;
	$size += -s $_ for glob "$dir/.git/objects/pack/*.pack";
	return $size;
}

sub saves {
	my $dir = tempdir('saves-XXXXXX', TMPDIR => 1);
	my $f = fleet(map { sprintf '00903307%04x', $_ } 1 .. $SAVED);
	my ($job) = $f->cli(qw(backup-job add example.com night --category), CATEGORY,
	    qw(--keep 0)) =~ /id (\d+)/;
	my $before = used($f);
	Bench::run(qw(git init -q), "$dir");
	my $start = time;
	Bench::run('sh', '-c', '"$1" "$2" "$3" "$4" "$5" "$6" | git -C "$7" fast-import'
	    . ' --quiet', 'sh', $f->build . '/bench/saves', $f->state . '/fleetline.db',
	    $f->state . '/secret.key', path($FindBin::Bin, '../templates'), $SAVED, $NIGHTS, "$dir");
	my $took = time - $start;
	my $ours = used($f) - $before;
	# What fast-import has packed badly gc would leave so.
	Bench::run('git', '-C', "$dir", qw(repack -a -d -f -q));
	my $git = git_size($dir);
	my @cli = ($f->build . '/sbin/fleetline', '-c', $f->state . '/fleetline.conf');
	my $id = sprintf '00903307%04x', $SAVED / 2;
	my @list = grep { $_->{changed} // 1 } @{decode_json(Bench::run(@cli,
	    qw(save list), $id, '--json'))};
	my $list = middle_ms(@cli, qw(save list), $id);
	my $diff = middle_ms(@cli, qw(save diff), $list[0]{id});
	my $bare = middle_ms(@cli, qw(status));
	$f->stop;
	my $what = sprintf '%d devices, %d nights, one line of 900 (60 KB) changed a week',
	    $SAVED, $NIGHTS;
	return (["save list: $what", sprintf('%.0f ms', $list),
		sprintf('status %.0f ms', $bare), 'below 50 ms',
		Bench::kept($list < 50)],
	    ['save diff of the newest and the one before', sprintf('%.0f ms', $diff), '-',
		'below 50 ms', Bench::kept($diff < 50)],
	    ['the store of these, rows and indexes included', sprintf('%.1f MB',
		$ours / 1e6), sprintf('git, packed anew, %.1f MB: %.2f times',
		$git / 1e6, $ours / $git), 'below 2 times', Bench::kept($ours < 2 * $git)],
	    ['keeping them', sprintf('%.1f s', $took), '-', '-', '-'], load());
}

# ---- backups ----------------------------------------------------------------

# A configuration of SIZE bytes.
sub text_of ($n) {
	my ($text, $i) = ('', 0);
	$text .= sprintf "vars create PHONE/KEYS-%05d p %08x%08x\r\n", $i,
	    ($n * 7919 + $i * 104_729) % 2 ** 32, ($i++ * 31_337) % 2 ** 32
	    while length $text < SIZE;
	return $text;
}

# Seconds of the processor that these programs of ours have had.
sub seconds_of ($f, @names) {
	my $ticks = 0;
	for my $name (@names) {
		my $stat = path('/proc/' . $f->pid($name) . '/stat')->slurp;
		my @at = split / /, $stat =~ s/^.*\) //r;
		$ticks += $at[11] + $at[12];
	}
	return $ticks / 100;
}

# The same of a command, while devices go on.
sub seconds_for ($f, @cmd) {
	my @before = times;
	my ($rc, $said) = $f->command_beside(@cmd);
	die "bench: @cmd: $said\n" if !defined $rc || $rc != 0;
	my @after = times;
	return $after[2] + $after[3] - $before[2] - $before[3];
}

# Each round all devices; one of seven has changed.
sub nights ($f, $job, $rounds, @all) {
	for my $round (1 .. $rounds) {
		$_->text($_->text . "config add ROUND /n $round\r\n")
		    for grep { $round > 1 && ++$f->{nth} % 7 == 0 } @all;
		start($f, $job);
		until_over($f, $job, 600);
	}
	my $n = number($f, 'SELECT count(*) FROM save');
	die "bench: $n saves\n" if $n != $rounds * @all;
}

# A web server that takes files: (pid, URL, folder).
sub dav ($f) {
	my $folder = path($f->{folder}, 'dav')->make_path;
	my $port = Fleetline::free_port();
	my $temp = join '', map { "${_}_temp_path $folder/$_;\n" } qw(client_body
	    proxy fastcgi uwsgi scgi);
	path($folder, 'files')->make_path;
	path($folder, 'nginx.conf')->spurt("daemon off; pid $folder/pid; user root;\n"
	    . "error_log $folder/log; events {}\nhttp { access_log off;\n$temp"
	    . "server { listen 127.0.0.1:$port; root $folder/files;"
	    . " client_max_body_size 4m;\nlocation / { dav_methods PUT; } } }\n");
	my $pid = Bench::spawn('nginx', '-c', "$folder/nginx.conf");
	Fleetline::wait_until(sub { IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $port) }) or die "bench: nginx does not start\n";
	return ($pid, "http://127.0.0.1:$port");
}

# Lists for curl of what is got, put, and read back.
sub curl_lists ($folder, $url, @ids) {
	my %list = map { $_ => $folder->child("$_.curl")->open('>') } qw(get put back);
	for my $i (0 .. $#ids) {
		my $file = "$folder/$i.txt";
		print {$list{get}} qq{url = "http://hub/tunnel/$ids[$i]/cfg.txt"\n},
		    qq{output = "$file"\n};
		print {$list{put}} qq{url = "$url/$i"\nupload-file = "$file"\n},
		    qq{output = "/dev/null"\n};
		print {$list{back}} qq{url = "$url/$i"\noutput = "/dev/null"\n};
	}
	close $_ for values %list;
}

# What curl needs for all devices, once: to get and to put, and with reading back
# and sha256sum.
sub curls ($f, $url, @ids) {
	my $folder = path($f->{folder}, 'got')->make_path;
	curl_lists($folder, $url, @ids);
	my @curl = (qw(curl -s -f --no-progress-meter --parallel --parallel-max), AT_ONCE);
	my @s = (seconds_for($f, @curl, '--unix-socket', $f->run_folder
	    . '/control.sock', '-K', "$folder/get.curl"),
	    (map { seconds_for($f, @curl, '-K', "$folder/$_.curl") } qw(put back)),
	    seconds_for($f, 'sh', '-c', "find '$folder' -name '*.txt' -exec"
	    . ' sha256sum {} + >/dev/null'));
	return ($s[0] + $s[1], $s[0] + $s[1] + $s[2] + $s[3]);
}

sub backups {
	my @ids = map { sprintf '00903308%04x', $_ } 1 .. FLEET;
	my $f = fleet(@ids);
	my $n = 0;
	my @all = map { Saved->new(device => device($f, $_), text => text_of(++$n)) }
	    @ids;
	connect_all($f, map { $_->device } @all);
	my ($job) = $f->cli(qw(backup-job add example.com night --category), CATEGORY)
	    =~ /id (\d+)/;
	my $rounds = $BACKUPS / FLEET;
	my @programs = qw(tasks devices);
	my ($before, $start) = (seconds_of($f, @programs), time);
	nights($f, $job, $rounds, @all);
	my ($ours, $took) = (seconds_of($f, @programs) - $before, time - $start);
	my ($pid, $url) = dav($f);
	my ($curl, $more) = (0, 0);
	for (1 .. $rounds) {
		my @s = curls($f, $url, @ids);
		$curl += $s[0];
		$more += $s[1];
	}
	Bench::finish($pid);
	$_->device->disconnect for @all;
	$f->stop;
	return ([sprintf('processor of fleetline-tasks and devices.fcgi for %d backups'
		. ' of %d KB, put by devices', $BACKUPS, SIZE / 1000),
		sprintf('%.1f s (in %.0f s)', $ours, $took), sprintf('curl -Z, the same'
		. ' GETs and PUTs, %.1f s: %.2f times', $curl, $ours / $curl),
		'-', '-'],
	    ['the same', sprintf('%.1f s', $ours), sprintf('with the GETs that read them'
		. ' back, and sha256sum, %.1f s: %.2f times', $more, $ours / $more),
		'at most 1.5 times', Bench::kept($ours <= 1.5 * $more)], load());
}

1;

# 100,000 devices of one user: every kind of client reads them all, and the
# program needs no more memory than for a few.
use Fleetline;
use Digest::SHA qw(sha1_hex);
use LWP::UserAgent;
use Mojo::File qw(path);

use constant {DEVICES => 1000, TRUNKS => 99_000, GROWTH => 8 << 20};

my $f = Fleetline->new(plain => 1);
my $csv = path($f->{folder}, 'devices.csv');
$csv->spurt("hwId,domain\n",
    map { sprintf "00b0%08x,example.com\n", $_ } 1 .. DEVICES);
$f->cli('import', 'devices', "$csv");
$f->cli(qw(account add many --role user --id 100));
$f->cli(qw(account add few --role user --id 7));
$f->cli(qw(trunk add --user few --ipaddr 192.0.2.1));
is system($f->sqlite,
    'UPDATE device SET owner = 100; INSERT INTO trunk'
    . ' WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n'
    . ' LIMIT ' . TRUNKS . ") SELECT 10000 + i, 100, '10.' || (i >> 16) || '.'"
    . " || ((i >> 8) & 255) || '.' || (i & 255), 5060 FROM n"), 0,
    'the store holds them';
$f->cli('setting', 'set', "billing.$_->[0]", $_->[1])
    for [key => '456789'], [api => 'on'], [get => 'on'];

sub url_of ($user) {
	return $f->url("/billing/api/devices_get?u=admin&user_id=$user&hash="
	    . sha1_hex("${user}456789"));
}

# What the program has allocated itself; the mapped database is not its own.
sub allocated () {
	my $status = path('/proc/' . $f->pid('billing') . '/status')->slurp;
	return $status =~ /^RssAnon:\s+(\d+) kB/m ? $1 * 1024 : die $status;
}

sub run (@cmd) {
	my ($rc, $out, $err) = $f->command(@cmd);
	is "$rc$err", '0', "$cmd[0] is content" or diag $out;
	return $out;
}

# Count, first and last id of the devices, as the client has read them.
my $ALL = (DEVICES + TRUNKS) . ' 1 ' . (10_000 + TRUNKS);
my $url = url_of(100);

run('curl', '-s', '-X', 'POST', url_of(7)) for 1 .. 3;
my $before = allocated();

my $file = path($f->{folder}, 'list.xml');
run('curl', '-s', '--compressed', '-X', 'POST', '-o', "$file", $url);
run('xmllint', '--noout', '--huge', "$file");
is run('xmllint', '--xpath', 'concat(count(/page/devices/device), " ",'
    . '/page/devices/device[1]/device_id, " ",'
    . '/page/devices/device[last()]/device_id)', "$file"), "$ALL\n",
    'curl --compressed and an XML parser';

my $ua = LWP::UserAgent->new;
for my $res ($ua->post($url), $ua->get($url,
    'Accept-Encoding' => HTTP::Message::decodable())) {
	is $res->code, 200, 'LWP';
	is $res->header('Content-Encoding'), 'gzip', 'is sent less';
	my @ids = $res->decoded_content =~ /<device_id>(\d+)</g;
	is scalar(@ids) . " $ids[0] $ids[-1]", $ALL, 'and decodes it';
}

my $print = '$d = $x->devices->device; $n = count($d);'
    . ' echo $n, " ", $d[0]->device_id, " ", $d[$n - 1]->device_id;';
is run('php', '-r', '$x = simplexml_load_file($argv[1]);' . $print, '--',
    "compress.zlib://$url"), $ALL, "PHP's simplexml by a stream";
is run('php', '-r', '$c = curl_init($argv[1]); curl_setopt_array($c,'
    . ' [CURLOPT_POST => true, CURLOPT_POSTFIELDS => "",'
    . ' CURLOPT_RETURNTRANSFER => true, CURLOPT_ENCODING => ""]);'
    . ' $x = simplexml_load_string(curl_exec($c));' . $print, '--', $url),
    $ALL, 'and by its curl';

is run('sh', '-c', 'curl -s -X POST "$0" | gunzip | cmp - "$1"', $url,
    "$file"), '', 'gunzip gives the same bytes';
is run('sh', '-c', 'curl -s -H "Accept-Encoding: identity" -X POST "$0"'
    . ' | cmp - "$1"', $url, "$file"), '', 'and so does no compression';

# Ten at once, and one that goes away in the middle.
run('sh', '-c', 'for i in 1 2 3 4 5 6 7 8 9 10; do'
    . ' curl -s -X POST -o "$1.$i" "$0" & done; wait', $url, "$file");
is scalar(grep { -s "$file.$_" == -s "$file.1" } 1 .. 10), 10,
    'ten at once get the same';
$f->command('sh', '-c',
    'curl -s -H "Accept-Encoding: identity" -X POST "$0" | head -c 100000',
    $url);
is run('curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '-X', 'POST',
    url_of(7)), '200', 'one that goes away harms nobody';
cmp_ok allocated() - $before, '<', GROWTH,
    'the program needs no more memory than for a few';

# A page of the store that says nothing any more: the list begins well, and must
# not look complete.
my $db = $f->state . '/fleetline.db';
my (undef, $leaf) = $f->sql('SELECT max(pageno),'
    . " max(pgsize) FROM dbstat WHERE name = 'trunk' AND pagetype = 'leaf'");
my ($page, $size) = split /[|\n]/, $leaf;
$f->stop;
open my $out, '+<', $db or die $!;
seek $out, ($page - 1) * $size, 0;
print $out "\xff" x $size;
close $out;
$f->start;
my ($rc) = $f->command('curl', '-s', '-X', 'POST', '-o', "$file", $url);
is $rc, 18, 'curl says that the list is not complete';
cmp_ok -s $file, '>', 100_000, 'although much of it came';
done_testing;

# The test device computes what chapter 1 of the protocol reference publishes.
use Mojo::Base -strict, -signatures;
use Test::More;
use Device;
use Mojo::Util qw(encode);

my ($id, $version) = ('f19033480af9', '13r2 dvl [13.4250/131286/1300]');
for (
    ['IP232', '1446931255', '2jjH!u3ucXscEzHq8X!l83BX3!U8TPwA',
	'13cc86b3f0691e2ce1a626a9963a5aefeefcb78f7e5b23a8ede10e8204247c97'],
    ['IP222', '931977739', 'q19rykt45KceQbEyN8rXPLQlb4VZRvn7',
	'75c2d186d072f9a22e797c4c1978d8f2f00185c2cce28d02515617368aec4ed4'],
    ['IP222', '1404833035', 'boO!fTk!YepvjmYPS6ejgTVzh6DrD6vo',
	'e8ce86a0395ad01d09dc08ca44195f3613bfb3d8407d9e9a9f2d15907be9f351']) {
	my ($product, $challenge, $password, $digest) = @$_;
	is Device::digest_of($id, $product, $version, $challenge, $password),
	    $digest, "the published digest for challenge $challenge comes out";
}
is Device::digest_of('0090330a0b0c', 'IP112', "Ver \x{fc}", '123',
    'Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e'),
    'a379aae92d04d78f021ba54f674c2c2fb54fa2716c8959332d2ffa7f5ee3af08',
    'a digest covers UTF-8';

is unpack('H*', Device::rc4('Key', 'Plaintext')), 'bbf316e8d940af0ad3',
    'RC4 gives the usual check value';
is Device::rc4('wJQog70GUK!GPTN2:7iICN04agQq38j!hmbN7P5LLI1YePz1w',
    pack 'H*', '22f91ebb'), 'test',
    'the captured administrative password decrypts';
is Device::rc4('A1b2C3d4E5f6G7h8:Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e',
    pack 'H*', 'aec6f32e334147b58bfcb03148'),
    encode('UTF-8', "Secr3t-\x{e4}\x{f6}\x{fc}"),
    'an administrative password with umlauts decrypts';

# Frames, without a connection: what would be sent is collected.
my $d = Device->new(id => '0090330a0b0c');
my @sent;
{
	no warnings 'redefine';
	*Device::send_bytes = sub ($self, $bytes) { push @sent, $bytes; $self };
}
$d->answer(sub ($r) { {raw => "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"} });
$d->_take(pack 'H*', '020000000d00000000' . unpack 'H*',
    "GET /log.txt HTTP/1.1\r\nHost: ap.example.com\r\n\r\n");
$d->_take(pack 'H*', '020000000d0000000100000000');
$d->_take(pack 'H*', '020000000d00000004');
is_deeply [map { unpack 'H*', $_ } @sent], ['020000000d00000003',
    '020000000d00000002485454502f312e3120323030204f4b0d0a436f6e74656e742d4c'
    . '656e6774683a20330d0a0d0a6f6b0a', '020000000d00000004'],
    'the worked tunnel session comes out byte for byte';
is $d->requests->[0]{target}, '/log.txt', 'the request target is read';

done_testing;

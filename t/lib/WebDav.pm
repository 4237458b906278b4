# WebDav -- Debian's web servers that take files: Apache, nginx and lighttpd, each by
# the blocks that doc/jobs.md has for them, in a folder of its own.
#
#	my $w = WebDav->new;
#	$w->url('apache', 'digest')	# http://127.0.0.1:PORT/digest
#	$w->file('apache', 'digest', $path)	# Mojo::File of what lies there
#	$w->port('nginx'), $w->log('nginx')
#
# Ways: digest (of Apache only), basic, none.  The name is anna, the
# password secret.  They are ended with the test, and are nobody's if root runs it:
# Apache serves nothing as root.
package WebDav;
use Mojo::Base -base, -signatures;
use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(sha1);
use Fleetline;
use Mojo::File qw(path tempdir);
use Mojo::UserAgent;
use Mojo::Util qw(b64_encode);

use constant MODULES => '/usr/lib/apache2/modules';

has folder => sub { tempdir('webdav-XXXXXX', TMPDIR => 1) };
has [qw(ports pids)] => sub { {} };

sub new ($class) {
	my $self = $class->SUPER::new;
	$self->lay_out;
	$self->ports({map { $_ => Fleetline::free_port() }
	    qw(apache nginx lighttpd)});
	path($self->folder, 'apache.conf')->spurt($self->apache);
	path($self->folder, 'nginx.conf')->spurt($self->nginx);
	path($self->folder, 'lighttpd.conf')->spurt($self->lighttpd);
	my @nobody = (getpwnam 'nobody')[2, 3];
	my @as = $> ? () : ('setpriv', "--reuid=$nobody[0]",
	    "--regid=$nobody[1]", '--clear-groups');
	system 'chown', '-R', "$nobody[0]:$nobody[1]", $self->folder if !$>;
	my $folder = $self->folder;
	$self->run('apache', @as, qw(/usr/sbin/apache2 -D FOREGROUND -f),
	    "$folder/apache.conf");
	$self->run('nginx', @as, qw(/usr/sbin/nginx -p), "$folder/", '-e',
	    "$folder/nginx.log", '-c', "$folder/nginx.conf");
	$self->run('lighttpd', @as, qw(/usr/sbin/lighttpd -D -f),
	    "$folder/lighttpd.conf");
	return $self;
}

sub lay_out ($self) {
	path($self->folder, @$_)->make_path for map { my $s = $_;
	    map { [$s, $_] } qw(digest basic none) } qw(apache nginx lighttpd);
	path($self->folder, 'digest')->spurt('anna:files:'
	    . md5_hex('anna:files:secret') . "\n");
	path($self->folder, 'basic')->spurt('anna:{SHA}'
	    . b64_encode(sha1('secret'), '') . "\n");
}

# A block of doc/jobs.md behind this word.
sub block ($word) {
	my ($text) = path('doc/jobs.md')->slurp =~ /^\Q$word\E.*?```\n(.*?)```/ms
	    or die "doc/jobs.md has no block for $word\n";
	return $text;
}

# The block of Apache for each way.
sub apache ($self) {
	my $folder = $self->folder;
	my $block = block('Apache, with Digest');
	my @m = map { "LoadModule ${_}_module " . MODULES . "/mod_$_.so\n" }
	    qw(mpm_event authn_core authn_file authz_core authz_user auth_basic
	    auth_digest alias dav dav_fs);
	return join '', @m, "ServerName localhost\nListen 127.0.0.1:",
	    $self->ports->{apache}, "\nPidFile $folder/apache.pid\n",
	    "ErrorLog $folder/apache.log\nDefaultRuntimeDir $folder\n",
	    "DocumentRoot $folder/apache\n",
	    map { my $way = $_;
		my $text = $block =~ s{/etc/apache2/backups}{$folder/$way}gr
		    =~ s{/srv/backups}{$folder/apache/$way}gr =~ s{/backups}{/$way}gr;
		$text =~ s/AuthType Digest/AuthType Basic/ if $way eq 'basic';
		$text =~ s/^\s*(?:Auth\w+|Require valid-user).*\n//mg if $way eq 'none';
		$text =~ s/DavLockDB \S+/DavLockDB $folder\/lock/;
		$text } qw(digest basic none);
}

sub nginx ($self) {
	my $folder = $self->folder;
	my $block = block('nginx, with Basic');
	my @locations = map { my $way = $_;
		my $text = $block =~ s{/etc/nginx/backups}{$folder/$way}gr
		    =~ s{/srv/backups}{$folder/nginx/$way}gr =~ s{/backups}{/$way}gr;
		$text =~ s/^\s*auth_basic.*\n//mg if $way eq 'none';
		$text } qw(basic none);
	return join '', "daemon off;\npid $folder/nginx.pid;\nevents {}\n",
	    "http {\naccess_log off;\n",
	    (map { "${_}_temp_path $folder/$_;\n" } qw(client_body proxy fastcgi
		uwsgi scgi)),
	    "server {\nlisten 127.0.0.1:", $self->ports->{nginx}, ";\n",
	    @locations, "}\n}\n";
}

sub lighttpd ($self) {
	my $folder = $self->folder;
	my $block = block('lighttpd, with Basic');
	my @blocks = map { my $way = $_;
		my $text = $block =~ s{/etc/lighttpd/backups}{$folder/$way}gr
		    =~ s{/srv/backups}{$folder/lighttpd/$way}gr =~ s{/backups}{/$way}gr;
		$text =~ s/^\s*auth\..*\n//mg if $way eq 'none';
		$text } qw(basic none);
	return join '', 'server.modules = ("mod_alias", "mod_auth", "mod_authn_file",',
	    qq{ "mod_webdav")\nserver.bind = "127.0.0.1"\n},
	    'server.port = ', $self->ports->{lighttpd}, "\n",
	    qq{server.document-root = "$folder/lighttpd"\n},
	    qq{server.upload-dirs = ("$folder")\n},
	    qq{server.errorlog = "$folder/lighttpd.log"\n}, @blocks;
}

# Start it, and wait until it answers.
sub run ($self, $name, @command) {
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', $self->folder . "/$name.said";
		exec @command or POSIX::_exit(127);
	}
	$self->pids->{$name} = $pid;
	my $ua = Mojo::UserAgent->new;
	ok wait_until(sub { ($ua->get($self->url($name, 'none/'))->res->code
	    // 0) > 0 }), "$name answers" or diag $self->log($name);
}

sub port ($self, $name) { $self->ports->{$name} }
sub log ($self, $name) {
	return join '', map { eval { path($self->folder, "$name.$_")->slurp } // () }
	    qw(said log);
}
sub url ($self, $name, $way) {
	return 'http://127.0.0.1:' . $self->port($name) . "/$way";
}

# The one file that lies below; undef if there is none, or more.
sub file ($self, $name, $way) {
	my @all = path($self->folder, $name, $way)->list_tree->each;
	return @all == 1 ? $all[0] : undef;
}

sub DESTROY ($self) {
	local $?;
	for my $pid (values %{$self->pids}) {
		kill 'TERM', $pid;
		waitpid $pid, 0;
	}
}

1;

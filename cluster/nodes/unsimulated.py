"""Programs that images have and that are not simulated: names alone, by system and by image, so that what an image
really has is not said to be missing. What is simulated stands in `systems` and `software`.
"""

from __future__ import annotations

_COREUTILS = """
    arch b2sum base32 basenc chcon cksum comm csplit dir dircolors expand factor fmt fold groups hostid
    install join link logname mkfifo mknod nice nohup numfmt pathchk pinky pr ptx runcon sha224sum sha384sum
    sha512sum shred shuf split stdbuf stty sum tsort unexpand unlink users vdir who
"""
_UTIL_LINUX = """
    agetty blkid blockdev cal chcpu chmem choom chrt col colcrt colrm column ctrlaltdel delpart dmesg eject
    fallocate fdformat findfs findmnt flock fsck fsfreeze fstrim getopt hardlink hexdump hwclock i386 ionice ipcmk
    ipcrm ipcs isosize kill last lastb ldattach linux32 linux64 logger look losetup lsblk lscpu lsfd lsipc lslocks
    lslogins lsmem lsns mcookie mesg mkfs mkswap more mount mountpoint namei nsenter partx pivot_root prlimit raw
    readprofile rename renice resizepart rev rfkill rtcwake runuser script scriptlive scriptreplay setarch setpriv
    setsid setterm sfdisk su sulogin swaplabel swapoff swapon switch_root taskset tunelp uclampset ul umount unshare
    utmpdump uuidd uuidgen uuidparse wall wdctl whereis wipefs write x86_64 zramctl
"""
_LOGIN = """
    chage chfn chgpasswd chpasswd chsh expiry faillog gpasswd groupadd groupdel groupmems groupmod grpck grpconv
    grpunconv login newgidmap newgrp newuidmap newusers nologin passwd pwck pwconv pwunconv sg useradd userdel
    usermod vigr vipw
"""
_COMMON = """
    bunzip2 bzcat bzcmp bzgrep bzip2 bzless bzmore captoinfo clear clear_console getconf gzexe iconv infocmp
    infotocap ldconfig ldd locale localedef openssl rbash reset sed tabs tic toe tput tset uncompress unxz xz xzcat
    zcmp zdiff zdump zegrep zfgrep zforce zgrep zless zmore znew
"""
_DEBIAN = """
    add-shell addgroup adduser apt apt-cache apt-cdrom apt-config apt-get apt-key apt-mark bashbug catchsegv cpan
    cpgr cppw deb-systemd-helper deb-systemd-invoke debconf debconf-apt-progress debconf-communicate debconf-copydb
    debconf-escape debconf-set-selections debconf-show delgroup deluser dpkg dpkg-deb dpkg-divert
    dpkg-maintscript-helper dpkg-preconfigure dpkg-query dpkg-realpath dpkg-reconfigure dpkg-split dpkg-statoverride
    dpkg-trigger faillock gpgv installkernel invoke-rc.d ischroot killall5 mawk nawk nice pam-auth-update pam_getenv
    perl perl5.36.0 perl5.40.1 pidof pldd remove-shell rmt run-parts savelog select-editor sensible-browser
    sensible-editor sensible-pager service start-stop-daemon sysctl tarcat tempfile tzselect update-alternatives
    update-passwd update-rc.d which.debianutils xargs
"""
_REDHAT = """
    alternatives ca-legacy coreutils cracklib-check curl dbus-daemon dnf dnf-3 fips-mode-setup gawk gpg gpg2 gpgconf
    journalctl less lessecho microdnf p11-kit pgrep pkill python python3 rpm rpm2cpio rpmdb rpmkeys rpmquery
    rpmverify sqlite3 systemctl systemd-tmpfiles tput trust update-ca-trust update-crypto-policies usleep vi view
    vim-minimal yum
"""
_BUSYBOX = """
    acpid add-shell addgroup adduser adjtimex ar arch arp arping ascii ash base32 bc beep blkdiscard blkid blockdev
    bootchartd brctl bunzip2 bzcat bzip2 cal chat chattr chcon chpasswd chpst chrt chvt cksum comm conspy
    cpio crc32 crond crontab cryptpw cttyhack cut dc deallocvt delgroup deluser depmod devmem dhcprelay dmesg dnsd
    dnsdomainname dos2unix dpkg dpkg-deb dumpkmap dumpleases ed eject envdir envuidgid ether-wake expand factor
    fakeidentd fallocate fatattr fbset fbsplash fdflush fdformat fdisk fgconsole findfs flock fold fsck fsck.minix
    fsfreeze fstrim fsync ftpd ftpget ftpput fuser getfattr getopt getty groups halt hd hdparm hostid httpd hush
    hwclock i2cdetect i2cdump i2cget i2cset i2ctransfer ifdown ifenslave ifplugd ifup inetd init inotifyd insmod
    install ionice iostat ipaddr ipcalc ipcrm ipcs iplink ipneigh iproute iprule iptunnel kbd_mode killall killall5
    klogd last link linux32 linux64 linuxrc loadfont loadkmap logger login logname logread losetup lpd lpq lpr
    lsattr lsmod lsof lspci lsscsi lsusb lzcat lzma lzop lzopcat makedevs makemime man mdev mesg microcom mim minips
    mkdosfs mke2fs mkfifo mkfs.ext2 mkfs.minix mkfs.vfat mknod mkpasswd mkswap modinfo modprobe mount mountpoint
    mpstat mt nameif nanddump nandwrite nbd-client nice nmeter nohup nologin nsenter ntpd openvt partprobe passwd
    patch pidof pipe_progress pivot_root pmap popmaildir poweroff powertop pscan pstree pwdx raidautorun rdate rdev
    readahead readprofile reboot reformime remove-shell renice reset resize resume rev rfkill rpm rpm2cpio rtcwake
    run-init run-parts runlevel runsv runsvdir rx script scriptreplay seedrng sendmail setarch setconsole setfattr
    setfont setkeycodes setlogcons setpriv setserial setsid setuidgid sha3sum sha512sum showkey shred shuf slattach
    smemcap softlimit split ssl_client start-stop-daemon strings stty su sulogin sum sv svc svlogd svok swapoff
    swapon switch_root sysctl syslogd taskset tcpsvd telnetd tftp tftpd tree ts tsort ttysize tunctl ubiattach
    ubidetach ubimkvol ubirename ubirmvol ubirsvol ubiupdatevol udhcpc udhcpc6 udhcpd udpsvd uevent umount
    uncompress unexpand unix2dos unlink unlzma unlzop unshare unxz unzip users usleep uudecode uuencode vconfig
    vlock volname w wall watch watchdog who whois xz xzcat zcip
"""
_ALPINE = "getconf iconv ldd scanelf ssl_client update-ca-certificates ldconfig bbsuid"
_BUILDING = """
    ar as autoconf automake c++ cc cpp curl dpkg-source envsubst fc-cache file g++ gcc gcov git gpg hg ld libtool m4
    make msgfmt mysql_config nm objcopy objdump openssl patch pcre-config pg_config pkg-config ps python3 ranlib
    readelf scp sftp sqlite3 ssh ssh-agent ssh-keygen strip svn top unzip wget xml2-config xz zip
"""

_FAMILIES = {
    "debian": f"{_COREUTILS} {_UTIL_LINUX} {_LOGIN} {_COMMON} {_DEBIAN}",
    "ubuntu": f"{_COREUTILS} {_UTIL_LINUX} {_LOGIN} {_COMMON} {_DEBIAN}",
    "redhat": f"{_COREUTILS} {_UTIL_LINUX} {_LOGIN} {_COMMON} {_REDHAT}",
    "busybox": _BUSYBOX,
    "alpine": f"{_BUSYBOX} {_ALPINE}",
}
OF_SYSTEM = {name: frozenset(words.split()) for name, words in _FAMILIES.items()}
for _each in ("centos", "fedora", "ol"):
    OF_SYSTEM[_each] = OF_SYSTEM["redhat"]

_MYSQL = """
    gosu ibd2sdi innochecksum my_print_defaults myisamchk mysql_config_editor mysql_migrate_keyring
    mysql_secure_installation mysql_ssl_rsa_setup mysql_tzinfo_to_sql mysql_upgrade mysqlbinlog mysqlcheck
    mysqld-debug mysqld_multi mysqld_safe mysqldumpslow mysqlimport mysqlpump mysqlshow mysqlslap perror
"""
_IMAGES = {
    "nginx": "nginx-debug envsubst njs",
    "nginx-slim": "nginx-debug",
    "httpd": "htcacheclean htdbm htdigest htpasswd httxt2dbm logresolve rotatelogs apxs dbmanage envvars checkgid",
    "mysql": _MYSQL,
    "percona": _MYSQL,
    "mariadb": f"""{_MYSQL} mariadb mariadbd mariadbd-safe mariadb-admin mariadb-backup mariadb-binlog mariadb-check
        mariadb-conv mariadb-dump mariadb-import mariadb-install-db mariadb-show mariadb-slap mariadb-tzinfo-to-sql
        mariadb-upgrade mariabackup mbstream mysql_install_db healthcheck.sh""",
    "redis": "redis-check-aof redis-check-rdb gosu",
    "valkey": """valkey-server valkey-cli valkey-benchmark valkey-sentinel valkey-check-aof valkey-check-rdb gosu
        redis-check-aof redis-check-rdb""",
    "postgres": """clusterdb createuser dropuser ecpg gosu initdb oid2name pg_amcheck pg_archivecleanup pg_basebackup
        pg_checksums pg_combinebackup pg_config pg_controldata pg_createsubscriber pg_ctl pg_dumpall pg_receivewal
        pg_recvlogical pg_resetwal pg_restore pg_rewind pg_test_fsync pg_test_timing pg_upgrade pg_verifybackup
        pg_waldump pgbench reindexdb su-exec vacuumdb vacuumlo docker-ensure-initdb.sh docker-enforce-initdb.sh""",
    "mongo": """bsondump gosu js-yaml mongodump mongoexport mongofiles mongoimport mongorestore mongos mongostat
        mongotop numactl numad""",
    "python": f"{_BUILDING} pip3 idle idle3 pydoc pydoc3 python-config python3-config 2to3 wheel",
    "node": f"{_BUILDING} nodejs yarn yarnpkg corepack",
    "golang": f"{_BUILDING} gofmt",
    "perl": f"{_BUILDING} cpan cpanm corelist perldoc perlbug prove pod2html pod2man pod2text shasum",
    "bash": "bashbug",
}
OF_IMAGE = {name: frozenset((*words.split(), "docker-entrypoint.sh")) for name, words in _IMAGES.items()}
"""The official images also have the script that they are started with."""

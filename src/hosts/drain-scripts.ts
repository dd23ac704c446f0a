/**
 * What sets and takes back the tags of a drained member in its patroni.yml, in Python, as Patroni itself needs that and PyYAML. Each is
 * one argument of an argv, sudo grants exactly these texts, and they can do nothing else to the file. The lines of `tags` stay where
 * they are, behind `#trunkline `, and a line that ends in ` #NAME #trunkline` is added at the end, so that whatever else people change
 * meanwhile stays. NAME is that of the drain: a worker that thaws late does not take a later drain back. Before it is put in place the new text is read again: it must differ in those three tags alone. The file is replaced
 * by a rename, with owner and mode, and the old one is kept beside it until the tags are taken back.
 *
 * What goes wrong is told by its kind alone, as PyYAML quotes the file, which holds passwords.
 *
 * An expression in sudoers has at most 1,024 characters and no blank may stand in a word (unit-scripts.ts): `~` here becomes an escaped
 * blank, `@` an escaped #.
 */
const script = (text: string) => text.replaceAll(' ', '\t').replaceAll('~', String.raw`\x20`).replaceAll('@', String.raw`\x23`);

/** `p`: the file, `d`: the drain, `s`: its text, `u`: that without our tags, `b`: the copy. */
const READ = String.raw`import json,os,re,sys,tempfile,yaml;sys.excepthook=lambda t,*a:sys.stderr.write(t.__name__);_,p,d=sys.argv;p=os.path.realpath(p);s=open(p,"rb").read().decode();u=re.sub("(?m)^@trunkline~|^.*~@trunkline\n","",s);b=p+".undrained"`;
/** Writes `n` beside the file. */
const WRITE = `t=os.stat(p);f,q=tempfile.mkstemp("",p);os.fchmod(f,t.st_mode);os.fchown(f,t.st_uid,t.st_gid);os.write(f,n.encode());os.fsync(f)`;
const TAGS = `g={**(a.get("tags")or{}),**dict.fromkeys(["nofailover","noloadbalance","nosync"],True)}`;
const EDIT = String.raw`n=re.sub("(?m)^tags:.*(\n(?![a-z]).*)*",lambda m:re.sub("(?m)^(?!\\Z)","@trunkline~",m[0]),u)+"tags:~"+json.dumps(g)+"~@"+d+"~@trunkline\n"`;

/** `python3 -I -c ... FILE NAME`; doing it again changes nothing but the name. */
export const DRAIN_SCRIPT = script(
  `${READ};u+="\\n"*(u[-1]!="\\n");a=yaml.safe_load(u);${TAGS};${EDIT};assert yaml.safe_load(n)=={**a,"tags":g};${WRITE};"@trunkline"in s or os.path.exists(b)or os.link(p,b);os.rename(q,p)`,
);

/**
 * Takes them back, `python3 -I -c ... FILE NAME`; doing it again changes nothing. Fails where another drain has set them; one without a
 * name, of a release that gave none, is taken back by every name.
 */
export const UNDRAIN_SCRIPT = script(
  `${READ};n=u;k="~@trunkline\\n";k in s and"@"+d+k not in s and"}"+k not in s and sys.exit("drained~by~another~run");yaml.safe_load(n)["scope"];${WRITE};os.rename(q,p);os.path.exists(b)and os.unlink(b)`,
);

/** Renders a drop-in for /etc/ssh/sshd_config.d: keys only, one host key, no reverse lookups (sshd_config(5)). */
export function sshdConf({ hostKey, allowUsers }: { readonly hostKey: string; readonly allowUsers: readonly string[] }): string {
  return `HostKey ${hostKey}
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowUsers ${allowUsers.join(' ')}
UseDNS no
X11Forwarding no
MaxStartups 30:50:100
MaxSessions 20
`;
}

export interface VrrpNode {
  /** Name of this host in VRRP logs. */
  readonly routerId: string;
  readonly address: string;
  /** The other hosts of the pair, spoken to by unicast: nothing on the network has to carry multicast. */
  readonly peers: readonly string[];
  readonly interface: string;
  /** 1 to 255, the same on all hosts of the pair and unique on the network. */
  readonly virtualRouterId: number;
  /** 1 to 254: the highest wins when nobody holds the address. */
  readonly priority: number;
  /** The virtual address with its prefix length. */
  readonly virtualAddress: string;
}

/**
 * Renders keepalived.conf (keepalived.conf(5)).
 *
 * Every host starts as BACKUP with `nopreempt`, so that a returning host does not take the address back. That asks for a check without
 * a weight: a failing one means FAULT, which gives the address up, while a lower priority would be ignored by a `nopreempt` backup.
 * The check is `pgrep -x`: `pidof` is a link to killall5, which Keepalived resolves and then runs under that name.
 * There is no `auth_pass`: VRRP sends it in clear text.
 */
export function keepalivedConf(node: VrrpNode): string {
  return `global_defs {
  router_id ${node.routerId}
  enable_script_security
  script_user nobody nogroup
}

vrrp_script haproxy_runs {
  script "/usr/bin/pgrep -x haproxy"
  interval 1
  timeout 1
  fall 2
  rise 2
}

vrrp_instance postgres {
  state BACKUP
  nopreempt
  interface ${node.interface}
  virtual_router_id ${node.virtualRouterId}
  priority ${node.priority}
  advert_int 1
  unicast_src_ip ${node.address}
  unicast_peer {
${node.peers.map((peer) => `    ${peer}\n`).join('')}  }
  virtual_ipaddress {
    ${node.virtualAddress} dev ${node.interface}
  }
  track_script {
    haproxy_runs
  }
}
`;
}

/** Where the store keeps what is seen of a post: under a watch's name, with a word where etcd's cluster id stands, as there is only one. */
export const patrolPlace = (post: string) => ({ watch: `patrol:${post}`, clusterId: 'patrol' });

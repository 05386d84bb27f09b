/** Bounds on what a server may make this client hold. Anything beyond is dropped and counted. */

/** Longest text frame that is parsed, in UTF-16 units. The largest legitimate message is an offer, a few ten kB. */
export const MAX_MESSAGE_LENGTH = 4 * 1024 * 1024;
/** Identifiers, labels, kinds. The largest in use are 32 hex digits. */
export const MAX_IDENTIFIER_LENGTH = 256;
/** User and group names. */
export const MAX_NAME_LENGTH = 1024;
/** Any text meant for people, and SDP. */
export const MAX_TEXT_LENGTH = 1024 * 1024;
/** One ICE candidate line. */
export const MAX_CANDIDATE_LENGTH = 4096;
/** Entries in `permissions` and `version`. */
export const MAX_LIST_LENGTH = 64;
export const MAX_ICE_SERVERS = 32;
export const MAX_ICE_URLS = 16;
/** Keys in a user's or a group's `data`. */
export const MAX_DATA_KEYS = 256;
/** Members of one group that are tracked. */
export const MAX_USERS = 10_000;
/** Streams received at once, each of which costs a peer connection. */
export const MAX_DOWN_STREAMS = 500;
/** Remote candidates held back until the remote description is set. */
export const MAX_EARLY_CANDIDATES = 64;

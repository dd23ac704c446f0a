/** Slack's limits in UTF-16 units (docs.slack.dev, Block Kit reference), and ours where they are lower so that there is air. */
export const LIMITS = {
  section: 3000,
  header: 150,
  contextText: 2000,
  blocks: 50,
  actions: 25,
  buttonLabel: 75,
  value: 2000,
  actionId: 255,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  modalTitle: 24,
  inputLabel: 150,
  inputChars: 3000,
  /** Of an error beside a field; more than a phone shows. */
  fieldError: 200,
  privateMetadata: 3000,
  /** One line of ours; a longer one is cut and is whole in the file. */
  line: 1500,
  /** The notification; Slack itself cuts at 40,000. */
  summary: 1000,
  /** JSON of all blocks: Slack answers msg_blocks_too_long near 13,200 characters (bolt-js issue 2509). */
  allBlocks: 12_000,
} as const;

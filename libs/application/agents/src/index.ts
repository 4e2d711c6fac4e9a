export { newAgentDoor } from './agent-door.ts';
export type { AgentAnswer, AskedApart } from './agent-answers.ts';
export { agentOf, newAgentKey, revokeAgentKeys } from './agent-keys.ts';
export { approve, isLate, reject, type Deciding } from './decisions.ts';
export { proposalWords } from './proposal-words.ts';
export {
  listProposals,
  proposalNamed,
  propose,
  requestSecond,
  type Decision,
  type ListedProposal,
  type Proposal,
} from './proposals.ts';

export { newAgentDoor } from './agent-door.ts';
export {
  approve,
  listProposals,
  proposalNamed,
  propose,
  reject,
  type Deciding,
  type Decision,
  type ListedProposal,
  type Proposal,
} from './proposals.ts';

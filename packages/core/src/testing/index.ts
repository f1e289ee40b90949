export { hostileTexts } from './hostile-texts.ts';
export { describeTransportContract } from './transport-contract.ts';

// Written by scripts/grammar.mjs from filter.grammar: change the grammar and run the script.
import {LRParser} from "@lezer/lr"
import {keyword} from "./keywords.ts"
export const parser = LRParser.deserialize({
  version: 14,
  states: "&`OVQPOOOOQO'#Cg'#CgObQPO'#CfOVQPO'#CrOVQPO'#CsOOQO'#DO'#DOOvQPO'#C}OOQO'#C}'#C}O!UQPO'#C|OOQO'#C|'#C|QOQPOOOOQO'#Ch'#ChO!aQPO'#ChO!iQPO'#CqO!qQQO,59QOOQO,59Q,59QOOQO,59^,59^O!|QPO,59_OVQPO'#CwO#RQPO,59`OVQPO'#CxO#aQPO,59aOOQO,59S,59SOOQO,59],59]OOQO'#DR'#DRO#lQQO'#CmOOQO'#DQ'#DQOOQO1G.l1G.lOOQO1G.y1G.yOOQO,59c,59cOOQO-E6u-E6uOOQO,59d,59dOOQO-E6v-E6vOOQO,59X,59XO#wQPO,59XO$PQQO'#CvO$XQPO1G.sOOQO1G.s1G.sOOQO,59b,59bOOQO-E6t-E6tOOQO7+$_7+$_",
  stateData: "$a~OoOS~ORRObSOsPO~OR[OSZOTZOU]O]ZO^ZO~OPbOQqXmqXdqX~OQdOmpXdpX~OSfOTfO~OVgOWgO~O_hO`hObiO~OdlO~OPbOQhamhadha~OQdOmiadia~O_hO`hOdqO~OcsOduO~O_hO`hO~OcsOdxO~O",
  goto: "#qvPPPPPPPPPPw!O!VPPPP!YPPP!]ww!`!e!i!o!uPPP!{#R#YP#e#hZTORSbdZQORSbdR^QRj^R_QVVOSdTXOSQtrRwtQcURncQeWRpeQYORaSSWOSRodUUOSdQ`RRmbRk^Qj^QriRvs",
  nodeNames: "⚠ And Or Not In Like Is Known Unknown Filter Test Field Operator CompareSign MatchSign Value String List ( , ) Presence Negation Group Conjunction Disjunction",
  maxTerm: 37,
  skippedNodes: [0],
  repeatNodeCount: 3,
  tokenData: "*U~RpOX#VXY$QYZ$QZ]#V]^$Q^p#Vpq$Qqr$frs$ysw#Vwx&kxy(Wyz(]z|#V|}(b}!^#V!^!_(g!_!`$o!`!a(g!a!c#V!c!}(o!}#R#V#R#S(o#S#T#V#T#o(o#o#r#V#r#s$t#s$f#V$f$g$Q$g;'S#V;'S;=`#z<%lO#VQ#[Y_QOX#VZ]#V^p#Vqr#Vsx#Vz|#V}$f#V$g;'S#V;'S;=`#z<%lO#VQ#}P;=`<%l#V~$VTo~XY$QYZ$Q]^$Qpq$Q$f$g$Q~$iQ!_!`$o#r#s$t~$tO]~~$yO^~~%OV`~Or$yrs%es#O$y#O#P%j#P;'S$y;'S;=`&e<%lO$y~%jO`~~%mRO;'S$y;'S;=`%v;=`O$y~%{W`~Or$yrs%es#O$y#O#P%j#P;'S$y;'S;=`&e;=`<%l$y<%lO$y~&hP;=`<%l$y~&pV`~Ow&kwx%ex#O&k#O#P'V#P;'S&k;'S;=`(Q<%lO&k~'YRO;'S&k;'S;=`'c;=`O&k~'hW`~Ow&kwx%ex#O&k#O#P'V#P;'S&k;'S;=`(Q;=`<%l&k<%lO&k~(TP;=`<%l&k~(]Ob~~(bOd~~(gOc~~(lP]~!_!`$oR(vd_QsPOX#VZ]#V^p#Vqr#Vsx#Vz|#V}!O(o!O!P(o!P!Q#V!Q![(o![!c#V!c!}(o!}#R#V#R#S(o#S#T#V#T#o(o#o$f#V$g;'S#V;'S;=`#z<%lO#V",
  tokenizers: [0, 1],
  topRules: {"Filter":[0,9]},
  specialized: [{term: 35, get: (value: string) => (keyword(value) << 1), external: keyword}],
  tokenPrec: 0
})

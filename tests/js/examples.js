/** The same commit is judged by the same examples of a law; with KUBARIUM_EXAMPLES=new they are others each time. */
import fc from "fast-check";

if (process.env.KUBARIUM_EXAMPLES !== "new") fc.configureGlobal({ seed: 1 });

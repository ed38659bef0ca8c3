"""Words that say which field a prompt is about: fields in which premium models are known to be ahead, or not to be.

Lists of common terms of a field, written from general knowledge; mostly English, with some German, French and Spanish.
A word may stand in several fields, and in a class of vocabulary.py besides.
"""

from __future__ import annotations

DOMAINS: dict[str, str] = {
    "mathematics": """polynomial polynomials matrix matrices vector vectors integer integers prime theorem proof prove
        abelian group groups subgroup ring field isomorphic homomorphism permutation topology continuous differentiable
        derivative derivatives integral converge converges sequence series function functions graph graphs vertex
        vertices edges slope axis coordinates triangle circle radius perimeter diameter angle angles parallel
        perpendicular algebra equation equations inequality quadratic linear root roots factor factors divisible
        remainder logarithm exponent exponents digit digits odd even fraction fractions decimal multiply multiplied
        divide divided subtract simplify expression modulo eigenvalue determinant inverse geometry geometric arithmetic
        gleichung funktion beweis beweise menge dreieck ganzzahl fonction entier ecuación función número entero
        triángulo matriz""",
    "statistics": """variance deviation regression estimator correlation correlated hypothesis null significance
        significant confidence interval sample samples sampling population residual residuals variables variable random
        distribution distributed normal median mean probability probabilities likelihood bayes bayesian outlier
        scatterplot coefficient coefficients heteroscedasticity autocorrelation multicollinearity stationary lag lags
        errors bias unbiased parameter parameters dataset wahrscheinlichkeit varianz stichprobe probabilité probabilidad
        varianza""",
    "physics": """force forces velocity acceleration mass momentum energy kinetic potential gravity gravitational
        friction torque wave waves wavelength frequency amplitude photon photons electron electrons proton protons
        neutron nucleus nuclear quantum relativity charge charged charges electric electrical magnetic field fields
        voltage current resistance resistor capacitor circuit circuits lens mirror light heat temperature pressure
        volume gas density thermodynamic entropy joule newton particle particles speed orbit orbital planet planets sun
        star stars solar moon earth galaxy kraft geschwindigkeit energie beschleunigung vitesse énergie velocidad
        energía fuerza""",
    "engineering": """voltage current transistor amplifier diode inductor inductance impedance resistor resistance
        capacitance capacitor motor generator transformer armature winding rotor torque feedback controller signal
        signals bandwidth filter semiconductor circuit circuits load gate gates ohm ohms frequency antenna modulation
        conductor insulation beam strain weld spannung schaltung""",
    "chemistry": """acid acids base bases molecule molecules molecular atom atoms ion ions ionic bond bonds covalent
        compound compounds reaction reactions oxidation reduction solution solutions soluble molar mole moles
        equilibrium enthalpy catalyst electronegativity isotope isotopes polymer carbon hydrogen oxygen nitrogen sodium
        chloride nmr spectrum aq ph pka boiling melting titration electrolyte säure molekül acide molécule ácido
        molécula""",
    "biology": """cell cells gene genes genetic dna rna mrna protein proteins enzyme enzymes membrane mitochondria
        chromosome chromosomes mutation mutations species evolution natural selection plant plants organism organisms
        photosynthesis bacteria bacterial virus viruses viral allele alleles phenotype genotype mitosis meiosis
        ecosystem receptor receptors neurons muscle tissue hormone metabolism transcription replication zelle zellen
        célula células cellule cellules""",
    "medicine": """patient patients disease diseases clinical symptoms symptom diagnosis diagnosed treatment therapy
        blood heart liver kidney renal lung pulmonary cardiac artery arteries vein nerve nerves infection infections
        fever pain cancer tumor tumour syndrome disorder drug drugs dose medication hospital physician physical
        examination presents presenting serum chronic acute lesion fracture bone spinal cranial pregnancy insulin
        glucose diabetes hypertension mg ml kg hg biopsy anterior posterior lateral medial vitamin dietary nutrient
        catheter nurse wound surgery patientin krankheit behandlung maladie traitement paciente enfermedad
        tratamiento""",
    "computing": """algorithm algorithms program programs processor cache memory bit bits byte bytes pointer array
        arrays compiler variable loop stack queue tree database encryption encrypted key keys network networks protocol
        packet packets server client attack attacks attacker buffer overflow password software hardware kernel thread
        threads instruction instructions neural classifier learning training supervised gradient layer layers model
        models regularization overfitting complexity boolean binary string hash sorting search grammar automaton turing
        algorithmus speicher datenbank algorithme logiciel algoritmo""",
    "economics": """demand supply elasticity elastic inelastic equilibrium price prices marginal monopoly monopolist
        competitive inflation gdp unemployment fiscal monetary aggregate curve consumer consumers surplus deficit tariff
        exports imports currency exchange interest rates investment multiplier money output wage wages labor labour firm
        firms cost costs profit maximizing oligopoly utility substitution reserve nachfrage preise demande oferta""",
    "accounting": """audit auditor auditors financial statement statements asset assets liability liabilities
        depreciation inventory revenue revenues expense expenses income tax taxable deduction stock shares shareholders
        dividend dividends bond bonds equity cash balance gaap budget corporation partnership accrual loss losses debt
        receivable fund funds credit loan mortgage bilanz abschreibung bilan actifs balance impuesto""",
    "law": """court courts plaintiff defendant statute contract contracts liable negligence negligent tort jury judge
        trial attorney lawyer evidence testimony hearsay crime criminal murder robbery battery assault guilty convicted
        conviction prosecution constitutional amendment easement deed landlord tenant buyer seller conveyed property
        damages breach offer acceptance sued suit lawsuit jurisdiction treaty convention state states sovereignty legal
        law laws right rights rule claim arrested police warrant admissible injunction gericht kläger beklagte vertrag
        gesetz haftung tribunal contrat juge loi demandado contrato delito ley""",
    "formal_logic": """argument valid invalid premise premises conclusion proposition propositions predicate predicates
        logic translation translate formula truth table antecedent consequent conditional fallacy syllogism disjunction
        conjunction negation quantifier entails consistent inconsistent equivalent contradictory counterexample
        schluss prämisse prémisse premisa""",
    "mind": """behavior behaviour behavioral cognitive psychology psychological psychologist therapist therapy client
        anxiety depression personality attitude emotion emotional memory learning conditioning stimulus reinforcement
        perception motivation intelligence self esteem adolescents children child freud piaget social test tests
        counselor consciousness sleep verhalten psychologie comportement conducta""",
    "society": """social society sociology sociological culture cultural class gender family marriage race ethnic
        community communities identity inequality religion religious church god gods bible jesus christian christianity
        islam muslim muslims jewish hindu buddhist buddha temple ritual gesellschaft kirche société église sociedad
        iglesia""",
    "politics": """president congress senate government political party democratic republican election elections voters
        vote policy foreign war military security nuclear soviet treaty united states america american union cold
        liberal conservative federal supreme constitution power powers state alliance regierung wahl gouvernement
        gobierno""",
    "history": """century empire king queen emperor revolution colonial colonies war wars ancient medieval roman greek
        british french german russian chinese excerpt passage historian civilization kingdom treaty site archaeological
        neolithic pottery hominid hunter gatherers maya inca jahrhundert siècle siglo""",
    "business": """marketing market customer customers consumer consumers brand brands product products advertising
        company companies organization organisation organizations business businesses manager managers management
        employees employee strategy stakeholders stakeholder corporate leadership sales relations public media
        communication communications team promotion retail service services unternehmen kunden entreprise empresa
        clientes""",
    "everyday": """movie film song singer book novel actor television show sport football baseball city country
        countries capital food animal animals dog color famous name author river mountain wine game""",
}
